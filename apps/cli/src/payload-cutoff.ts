/**
 * The date before which raw answers are old: the first day of the calendar month that was `months` ago. Whole months,
 * so that a month's answers are packed together.
 */
export function payloadCutoff(today: string, months: number): string {
  const [year = 0, month = 1] = today.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 - months, 1)).toISOString().slice(0, 10);
}
