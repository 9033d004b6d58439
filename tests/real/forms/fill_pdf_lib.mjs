// Fills a form with pdf-lib, which browsers' tools are made of: `node fill_pdf_lib.mjs FORM VALUES.json RESULT`.
import { readFileSync, writeFileSync } from "node:fs";
import { PDFDocument } from "pdf-lib";

const [form, values, result] = process.argv.slice(2);
const pdf = await PDFDocument.load(readFileSync(form));
for (const [name, value] of Object.entries(JSON.parse(readFileSync(values)))) {
  pdf.getForm().getTextField(name).setText(value);
}
writeFileSync(result, await pdf.save());
