// Fills a form as Firefox does when it saves: `node fill_pdfjs.mjs FORM VALUES.json RESULT`.
import { readFileSync, writeFileSync } from "node:fs";
import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";

const [form, values, result] = process.argv.slice(2);
const wanted = JSON.parse(readFileSync(values));
const fonts = new URL(".", import.meta.resolve("pdfjs-dist/package.json"));
const pdf = await getDocument({
  data: new Uint8Array(readFileSync(form)),
  standardFontDataUrl: new URL("standard_fonts/", fonts).pathname,
}).promise;
for (let number = 1; number <= pdf.numPages; number += 1) {
  const page = await pdf.getPage(number);
  for (const annotation of await page.getAnnotations()) {
    if (annotation.fieldName in wanted) {
      pdf.annotationStorage.setValue(annotation.id, { value: wanted[annotation.fieldName] });
    }
  }
}
writeFileSync(result, await pdf.saveDocument());
