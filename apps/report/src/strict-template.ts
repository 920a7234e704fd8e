import Handlebars from "handlebars";

/** The helper behind `{{name}}`: a figure that no format was chosen for is a mistake. */
export const BARE = "bare";

/**
 * A template in which every name has to be there, those that helpers are given as well, and in which `{{name}}` is
 * the call of a helper: what cannot be printed as it is then has a line.
 *
 * @throws Error of Handlebars where it cannot be parsed
 */
export function parseStrictly(source: string, isHelper: (name: string) => boolean): hbs.AST.Program {
  const program = Handlebars.parse(source);
  const strict = new Handlebars.Visitor();
  strict.PathExpression = (path) => void Object.assign(path, { strict: true });
  strict.MustacheStatement = (mustache) => {
    const { path, params, hash, loc } = mustache;
    const isBare = params.length === 0 && hash === undefined && path.type === "PathExpression";
    if (isBare && !isHelper((path as hbs.AST.PathExpression).original)) {
      const helper = { type: "PathExpression", original: BARE, parts: [BARE], depth: 0, data: false, loc };
      mustache.params = [path];
      mustache.path = helper as hbs.AST.PathExpression;
    }
    Handlebars.Visitor.prototype.MustacheStatement.call(strict, mustache);
  };
  strict.accept(program);
  return program;
}
