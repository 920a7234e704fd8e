export { type History, loadHistory, loadHistoryNight, nightDate } from "./history.ts";
export { print, times } from "./print.ts";
