import Handlebars from "handlebars";

/** What a person who edits a template sees in place of a report that cannot be made. */
export const errorPage = (error: unknown): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Cannot be made</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 60rem; margin: 4rem auto; padding: 0 1.5rem; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: 1rem; border-left: 4px solid #b3372f; }
</style></head>
<body><h1>This report cannot be made</h1><pre>${Handlebars.escapeExpression((error as Error).message)}</pre>
<p>The page comes back by itself when the file is saved again.</p></body></html>`;
