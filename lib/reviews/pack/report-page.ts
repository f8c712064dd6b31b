import PDFDocument from 'pdfkit';
import { visible } from '#lib/core/visible-text';

// A4 in points, standard fonts only: nothing is loaded, and equal input gives equal pages.
const margin = 56;
const ink = '#111111';
const faint = '#555555';

/** A document that writes in order: headings, paragraphs, facts and tables. */
export interface ReportPage {
  title(text: string): void;
  heading(text: string): void;
  paragraph(text: string): void;
  fact(name: string, value: string): void;
  /** Columns' widths are shares of the page's width. */
  table(widths: readonly number[], head: readonly string[], rows: readonly (readonly string[])[]): void;
  /** Ends the document with a footer on each page. */
  end(footer: string): void;
  readonly stream: NodeJS.ReadableStream;
}

export function openReport(title: string, at: Date): ReportPage {
  const doc = new PDFDocument({
    size: 'A4',
    margins: { top: margin, left: margin, right: margin, bottom: margin + 24 },
    bufferPages: true,
    info: {
      Title: shown(title),
      Producer: 'Countersign',
      Creator: 'Countersign',
      CreationDate: at,
      ModDate: at,
    },
  });
  const width = doc.page.width - 2 * margin;
  const text = (value: string, font: string, size: number, color: string, gap: number) => {
    doc.font(font).fontSize(size).fillColor(color);
    doc.text(shown(value), margin, doc.y, { width, lineGap: 2 });
    doc.moveDown(gap);
  };
  const roomFor = (height: number) => {
    if (doc.y + height > doc.page.height - margin - 24) doc.addPage();
  };
  return {
    stream: doc,
    title: (value) => text(value, 'Helvetica-Bold', 20, ink, 0.6),
    heading(value) {
      roomFor(70);
      doc.moveDown(0.6);
      text(value, 'Helvetica-Bold', 13, ink, 0.3);
    },
    paragraph: (value) => text(value, 'Helvetica', 10, ink, 0.5),
    fact(name, value) {
      roomFor(24);
      doc.font('Helvetica-Bold').fontSize(9).fillColor(faint);
      doc.text(shown(name), margin, doc.y, { width, continued: false });
      text(value, 'Helvetica', 10, ink, 0.25);
    },
    table(widths, head, rows) {
      const total = widths.reduce((sum, one) => sum + one, 0);
      const columns = widths.map((one) => (one / total) * width);
      row(doc, columns, head, 'Helvetica-Bold', roomFor);
      for (const cells of rows) row(doc, columns, cells, 'Helvetica', roomFor);
      doc.moveDown(0.6);
      doc.x = margin;
    },
    end(footer) {
      const { start, count } = doc.bufferedPageRange();
      for (let page = start; page < start + count; page += 1) {
        doc.switchToPage(page);
        doc.page.margins.bottom = 0;
        doc.font('Helvetica').fontSize(7).fillColor(faint);
        const place = `Page ${page - start + 1} of ${count}`;
        doc.text(`${shown(footer)}  ·  ${place}`, margin, doc.page.height - margin, {
          width,
          lineBreak: true,
        });
      }
      doc.end();
    },
  };
}

function row(
  doc: PDFKit.PDFDocument,
  columns: readonly number[],
  cells: readonly string[],
  font: string,
  roomFor: (height: number) => void,
): void {
  doc.font(font).fontSize(8).fillColor(ink);
  const texts = cells.map((one) => shown(one).slice(0, 600));
  const heights = texts.map((one, at) => doc.heightOfString(one, { width: (columns[at] ?? 0) - 6 }));
  const height = Math.max(...heights, 8) + 5;
  roomFor(height);
  const y = doc.y;
  let x = margin;
  texts.forEach((one, at) => {
    doc.text(one, x, y, { width: (columns[at] ?? 0) - 6 });
    x += columns[at] ?? 0;
  });
  doc.y = y + height;
  doc
    .moveTo(margin, doc.y - 2)
    .lineTo(x, doc.y - 2)
    .lineWidth(0.3)
    .strokeColor('#bbbbbb')
    .stroke();
}

/** What WinAnsi can't write stands as its code point, so that nothing is lost or drawn as something else. */
function shown(text: string): string {
  return visible(text).replace(
    /[^\u0020-\u007e\u00a0-\u00ff\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026\u20ac\u2122]/gu,
    (character) =>
      character === '⏎' ? '/' : `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`,
  );
}
