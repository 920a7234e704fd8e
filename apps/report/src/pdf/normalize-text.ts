/** White space, soft hyphens, and what has no width: joiners, marks of direction. */
const UNSEEN = /[\s\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+/g;

/** Text as HTML and PDF have it alike: no white space, compatibility forms folded (ligatures, CJK radicals), no case. */
export const normalizeText = (text: string): string =>
  text.normalize("NFKC").replace(UNSEEN, "").toLowerCase();
