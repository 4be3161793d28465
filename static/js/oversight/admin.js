// Runs on every admin page: shows JSON as trees, and a task's conversation as people saw it.

import { startConversations } from "./conversation.js";
import { startJson } from "./json.js";
import { startWidgets } from "./widgets.js";

startJson();
startConversations();
startWidgets();
