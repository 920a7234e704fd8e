export { type History, loadHistoryNight, nightDate } from "./history.ts";
export { print, times } from "./print.ts";
