// Pages beside the list of chats that are no chat: the drawer, the list itself, and what the keyboard asks for.

import { startList } from "./chat-list.js";
import { startDrawer } from "./drawer.js";
import { startOnDemand } from "./on-demand.js";

startDrawer();
startList();
startOnDemand();
