import { fontFaces } from "../fonts.ts";

const ROWS = 60;
const NIGHTS = 90;

const chart = (seed: number): string => {
  const points = Array.from({ length: NIGHTS }, (_, night) => `${night * 7},${(night * seed * 37) % 90}`);
  return `<svg width="640" height="100" role="img" aria-label="A line"><polyline fill="none" stroke="#234" points="${points.join(" ")}"/></svg>`;
};

/** A document like a report on one project: two pages, a chart, a table, embedded fonts; each number another one. */
export function madeDocument(number: number): string {
  const rows = Array.from(
    { length: ROWS },
    (_, row) =>
      `<tr><td>Policy ${row}</td><td>Linux</td><td>${(row * number) % 97}</td><td>2026-11-24</td></tr>`,
  );
  const body = `<h1>Project ${number}</h1><p>What changed, and what to do about it.</p>${chart(number)}<h2>Policies</h2>
    <table><thead><tr><th>Policy</th><th>System</th><th>Hosts</th><th>Since</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Project ${number}</title>
    <style>${fontFaces(body)} @page{size:A4;margin:18mm} body{font-family:Inter,sans-serif;font-size:10pt} td,th{padding:1mm 4mm;text-align:left}</style></head><body>${body}</body></html>`;
}
