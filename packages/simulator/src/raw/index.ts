export { type RawServer, startRawServer } from "./raw-server.ts";
