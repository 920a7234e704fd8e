/** Whether a place is a PostgreSQL database rather than a file. */
export const isPostgresUrl = (place: string): boolean => /^postgres(ql)?:\/\//i.test(place);

/** A place as it may be shown: without its password. */
export function shownPlace(place: string): string {
  if (!isPostgresUrl(place)) return place;
  try {
    const { protocol, username, host, pathname } = new URL(place);
    return `${protocol}//${username === "" ? "" : `${username}@`}${host}${pathname}`;
  } catch {
    return "the PostgreSQL database";
  }
}
