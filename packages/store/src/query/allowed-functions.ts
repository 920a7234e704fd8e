/**
 * The functions of SQLite that a statement of somebody else may call, as its documentation lists them: core
 * (lang_corefunc.html), dates (lang_datefunc.html), mathematics (lang_mathfunc.html), aggregates (lang_aggfunc.html),
 * windows (windowfunctions.html) and JSON (json1.html). Left out is whatever looks at the library, at the connection or
 * at a file (load_extension, sqlite_…, changes), and what belongs to a module (fts, rtree, geopoly). A function that a
 * later SQLite brings is not allowed until it stands here.
 */
const FUNCTIONS = `
  abs char coalesce concat concat_ws format glob hex if ifnull iif instr length like likelihood likely lower ltrim max
  min nullif octet_length printf quote random randomblob replace round rtrim sign substr substring trim typeof unhex
  unicode unistr unistr_quote unlikely upper zeroblob
  current_date current_time current_timestamp date datetime julianday strftime time timediff unixepoch
  acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor ln log log10 log2 mod pi pow power
  radians sin sinh sqrt tan tanh trunc
  avg count group_concat median percentile percentile_cont percentile_disc string_agg sum total
  cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number
  -> ->> json json_array json_array_insert json_array_length json_error_position json_extract json_group_array
  json_group_object json_insert json_object json_patch json_pretty json_quote json_remove json_replace json_set
  json_type json_valid jsonb jsonb_array jsonb_array_insert jsonb_extract jsonb_group_array jsonb_group_object
  jsonb_insert jsonb_object jsonb_patch jsonb_remove jsonb_replace jsonb_set
`;

export const ALLOWED_FUNCTIONS: ReadonlySet<string> = new Set(FUNCTIONS.trim().split(/\s+/));

/** Functions that stand in a FROM, and read nothing but what they are given. */
export const ALLOWED_TABLE_FUNCTIONS: ReadonlySet<string> = new Set(["json_each", "json_tree"]);
