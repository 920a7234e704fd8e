export { readSourceText } from "./read-source.ts";
export { type SourceFile, sourceFiles } from "./source-file.ts";
