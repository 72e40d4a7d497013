package main

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"image"
	"image/color"
	"image/png"
	"strings"
)

// demoAttachment makes a small valid file of the kind that a mail of d names.
func demoAttachment(d demoDraft, name, kind, title string) (demoFile, error) {
	f := demoFile{Name: name}
	var err error
	switch kind {
	case "pdf":
		f.Type, f.Data = "application/pdf", demoPDF(title)
	case "p7m":
		f.Type = "application/pkcs7-mime"
		f.Data, err = cmsSigned(d.From.Name, demoPDF(title), d.At)
	case "png":
		f.Type = "image/png"
		f.Data, err = demoPNG(title, 640, 360)
	case "xlsx":
		f.Type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		f.Data, err = demoZip(xlsxFiles(title))
	case "docx":
		f.Type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
		f.Data, err = demoZip(docxFiles(title))
	case "segnatura":
		f.Type, f.Data = "text/xml", protocolXML("Segnatura", title)
	case "conferma":
		f.Type, f.Data = "text/xml", protocolXML("ConfermaRicezione", title)
	default:
		err = fmt.Errorf("no demo file of kind %q", kind)
	}
	return f, err
}

// demoPDF is one A4 page with a title, with the right offsets so that every
// viewer opens it.
func demoPDF(title string) []byte {
	text := strings.NewReplacer("\\", "\\\\", "(", "\\(", ")", "\\)").Replace(string(toLatin1([]byte(title))))
	page := "BT /F1 16 Tf 60 770 Td (" + text + ") Tj ET\nBT /F1 10 Tf 60 740 Td (Documento di prova dello Sportello PNRR) Tj ET"
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(page), page),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, xref)
	return b.Bytes()
}

// demoPNG draws a window-like picture: a bar on top and lines below, in colours
// that depend on the title.
func demoPNG(title string, w, h int) ([]byte, error) {
	sum := fnv.New32a()
	sum.Write([]byte(title))
	hue := sum.Sum32()
	img := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{
		color.RGBA{0xf5, 0xf7, 0xfa, 0xff}, color.RGBA{uint8(hue) / 2, uint8(hue>>8) / 2, 0x88, 0xff}, color.RGBA{0xc5, 0xcc, 0xd6, 0xff},
	})
	for y := range h {
		for x := range w {
			switch line := y / 18; {
			case y < h/8:
				img.SetColorIndex(x, y, 1)
			case y%18 < 7 && x > w/20 && x < w/3+int(hue>>(line%16))%(w/2):
				img.SetColorIndex(x, y, 2)
			}
		}
	}
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return b.Bytes(), err
}

func demoZip(files [][2]string) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, err := z.CreateRaw(storedHeader(f))
		if err == nil {
			_, err = w.Write([]byte(f[1]))
		}
		if err != nil {
			return nil, fmt.Errorf("zip %s: %w", f[0], err)
		}
	}
	err := z.Close()
	return b.Bytes(), err
}

// storedHeader leaves out compression and time: the same bytes on every day.
func storedHeader(f [2]string) *zip.FileHeader {
	size := uint64(len(f[1]))
	return &zip.FileHeader{Name: f[0], Method: zip.Store, CRC32: crc32.ChecksumIEEE([]byte(f[1])),
		CompressedSize64: size, UncompressedSize64: size}
}

const (
	xmlHead   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`
	officeRel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
)

func officeFiles(main, mainType, documentRel string) [][2]string {
	return [][2]string{
		{"[Content_Types].xml", xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/` + main + `" ContentType="` + mainType + `"/></Types>`},
		{"_rels/.rels", xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="rId1" Type="` + documentRel + `" Target="` + main + `"/></Relationships>`},
	}
}

func xlsxFiles(title string) [][2]string {
	const ns = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	rows := ""
	for i, row := range [][2]string{{title, "Euro"}, {"Lavori", "412.300,00"}, {"Somme a disposizione", "96.220,00"}, {"Economie", "38.200,00"}} {
		rows += fmt.Sprintf(`<row r="%d">`, i+1)
		for j, v := range row {
			rows += fmt.Sprintf(`<c r="%c%d" t="inlineStr"><is><t>%s</t></is></c>`, 'A'+j, i+1, xmlText(v))
		}
		rows += "</row>"
	}
	return append(officeFiles("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", officeRel+"/officeDocument"),
		[2]string{"xl/workbook.xml", xmlHead + `<workbook xmlns="` + ns + `" xmlns:r="` + officeRel +
			`"><sheets><sheet name="Foglio1" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		[2]string{"xl/_rels/workbook.xml.rels", xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="rId1" Type="` + officeRel + `/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
		[2]string{"xl/worksheets/sheet1.xml", xmlHead + `<worksheet xmlns="` + ns + `"><sheetData>` + rows + `</sheetData></worksheet>`})
}

func docxFiles(title string) [][2]string {
	const ns = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	return append(officeFiles("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", officeRel+"/officeDocument"),
		[2]string{"word/document.xml", xmlHead + `<w:document xmlns:w="` + ns + `"><w:body><w:p><w:r><w:t>` + xmlText(title) +
			`</w:t></w:r></w:p></w:body></w:document>`})
}

func protocolXML(root, number string) []byte {
	return []byte(`<?xml version="1.0" encoding="UTF-8"?>` + "\n<" + root + ` versione="2001-05-07" xml:lang="it"><Identificatore>` +
		"<CodiceAmministrazione>c_prova</CodiceAmministrazione><CodiceAOO>PROT</CodiceAOO><NumeroRegistrazione>" + xmlText(number) +
		"</NumeroRegistrazione></Identificatore></" + root + ">\n")
}

func xmlText(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s)) // a Builder does not err
	return b.String()
}

// demoLogoID is the Content-ID of the picture in a signature.
const demoLogoID = "image001.png@01DC5A3E.7B20F4C0"

// demoLogo is the little coat of arms that a municipality's signature shows.
func demoLogo() ([]byte, error) { return demoPNG("stemma", 160, 48) }
