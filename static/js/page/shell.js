// Pages beside the list of chats that are no chat: the drawer, and the list itself.

import { startList } from "./chat-list.js";
import { startDrawer } from "./drawer.js";

startDrawer();
startList();
