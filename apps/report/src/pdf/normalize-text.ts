/** White space, soft hyphens, and what has no width: joiners, marks of direction, variation selectors. */
const UNSEEN = /[\s\p{Default_Ignorable_Code_Point}]+/gu;

/** Text as HTML and PDF have it alike: no white space, compatibility forms folded (ligatures, CJK radicals), no case. */
export const normalizeText = (text: string): string =>
  text.normalize("NFKC").replace(UNSEEN, "").toLowerCase();
