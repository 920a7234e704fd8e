import { fileURLToPath } from "node:url";

/** The folder of report templates that come with the project. */
export const REPORTS_DIR = fileURLToPath(new URL("../../../reports", import.meta.url));
