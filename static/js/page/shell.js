// Entry point of pages that show the chat list but no chat: the drawer, the list, and keyboard shortcuts.

import { startList } from "./chat-list.js";
import { startDrawer } from "./drawer.js";
import { startOnDemand } from "./on-demand.js";

startDrawer();
startList();
startOnDemand();
