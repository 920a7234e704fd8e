const HTML =
  "html head title meta style body address article aside footer header h1 h2 h3 h4 h5 h6 hgroup main nav section " +
  "blockquote dd div dl dt figcaption figure hr li ol p pre ul a abbr b bdi bdo br cite code dfn em i kbd mark q rp rt " +
  "ruby s samp small span strong sub sup time u var wbr del ins img caption col colgroup table tbody td tfoot th thead " +
  "tr details summary meter progress center font big strike tt";
const SVG =
  "svg g defs symbol use a path rect circle ellipse line polyline polygon text tspan textpath image clippath mask marker " +
  "pattern lineargradient radialgradient stop title desc style filter feblend fecolormatrix fecomponenttransfer " +
  "fecomposite feconvolvematrix fediffuselighting fedisplacementmap fedistantlight fedropshadow feflood fefunca " +
  "fefuncb fefuncg fefuncr fegaussianblur femerge femergenode femorphology feoffset fepointlight fespecularlighting " +
  "fespotlight fetile feturbulence";

/**
 * Elements of an edition, in small letters: words, tables, pictures and drawings. All others run, load, send, or are
 * read by one parser as text and by another as markup.
 */
export const ALLOWED_ELEMENTS: ReadonlySet<string> = new Set([...HTML.split(" "), ...SVG.split(" ")]);
