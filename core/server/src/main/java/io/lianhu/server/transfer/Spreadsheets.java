package io.lianhu.server.transfer;

import io.lianhu.sdk.ApiException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
import org.dhatim.fastexcel.reader.Cell;
import org.dhatim.fastexcel.reader.CellType;
import org.dhatim.fastexcel.reader.ReadableWorkbook;
import org.dhatim.fastexcel.reader.ReadingOptions;
import org.dhatim.fastexcel.reader.Row;
import org.dhatim.fastexcel.reader.Sheet;
import org.dhatim.fastexcel.reader.SheetVisibility;

/** Workbooks (.xlsx), read and written. Blocks: for worker threads. */
final class Spreadsheets {

    private static final int MOST_ENTRIES = 500;

    /** What a workbook of 20 MB may grow to: text of a register shrinks to a tenth, a bomb to a thousandth. */
    private static final long MOST_BYTES = 300L * 1024 * 1024;

    private static final int LOOKED_AT = 1_024;

    private static final int LONGEST_TEXT = 2_000;
    private static final int MOST_DIGITS = 40;

    /** Excel ends at XFD1048576. */
    private static final Pattern PLACE = Pattern.compile("[A-Za-z]{1,3}[0-9]{1,7}");

    private Spreadsheets() {}

    /**
     * The first sheet that is not hidden. Formulas are told as such, never computed or believed.
     *
     * @throws ApiException {@code TRANSFER_FILE_UNREADABLE}, {@code TRANSFER_ROWS_TOO_MANY}
     */
    static Table read(byte[] file) {
        try {
            requireSane(file);
            try (ReadableWorkbook book =
                    new ReadableWorkbook(new ByteArrayInputStream(file), new ReadingOptions(false, true))) {
                Sheet sheet = book.getSheets()
                        .filter(one -> one.getVisibility() == SheetVisibility.VISIBLE)
                        .findFirst()
                        .orElseThrow(() -> new ApiException(TransferError.TRANSFER_FILE_UNREADABLE));
                return table(sheet, book.isDate1904());
            }
        } catch (ApiException refusal) {
            throw refusal;
        } catch (IOException | RuntimeException malformed) {
            ApiException refusal = new ApiException(TransferError.TRANSFER_FILE_UNREADABLE);
            refusal.initCause(malformed); // the library throws whatever its arithmetic comes to over damaged bytes
            throw refusal;
        }
    }

    private static Table table(Sheet sheet, boolean since1904) throws IOException {
        Map<Integer, String> headings = new TreeMap<>();
        List<Table.Line> lines = new ArrayList<>();
        try (Stream<Row> rows = sheet.openStream()) {
            for (Iterator<Row> each = rows.iterator(); each.hasNext(); ) {
                Row row = each.next();
                Map<Integer, Table.Cell> cells = cells(row);
                if (cells.isEmpty()) {
                    continue;
                }
                if (headings.isEmpty()) {
                    cells.forEach((column, cell) -> headings.put(column, cell.text()));
                } else if (lines.size() == Table.MOST_LINES) {
                    throw new ApiException(TransferError.TRANSFER_ROWS_TOO_MANY, Map.of("most", Table.MOST_LINES));
                } else {
                    lines.add(new Table.Line(row.getRowNum(), cells));
                }
            }
        }
        return new Table(headings, lines, since1904);
    }

    private static Map<Integer, Table.Cell> cells(Row row) {
        Map<Integer, Table.Cell> cells = new TreeMap<>();
        for (Cell cell : row) {
            if (cell != null && cell.getColumnIndex() < Table.MOST_COLUMNS && cell.getType() != CellType.EMPTY) {
                Table.Cell known = cell(cell);
                if (known.content() != Table.Content.TEXT || !known.text().isEmpty()) {
                    cells.put(cell.getColumnIndex(), known);
                }
            }
        }
        return cells;
    }

    private static Table.Cell cell(Cell cell) {
        return switch (cell.getType()) {
            case STRING -> text(cell.asString());
            case NUMBER -> number(cell.asNumber());
            case BOOLEAN -> new Table.Cell(String.valueOf(cell.asBoolean()), Table.Content.TEXT);
            case FORMULA -> new Table.Cell("", Table.Content.FORMULA);
            case ERROR, EMPTY -> new Table.Cell("", Table.Content.BROKEN);
        };
    }

    /** No field of a register is longer; a workbook keeps a text once, however many cells have it. */
    private static Table.Cell text(String text) {
        return text.length() > LONGEST_TEXT
                ? new Table.Cell("", Table.Content.BROKEN)
                : new Table.Cell(text.strip(), Table.Content.TEXT);
    }

    /** Written out, 1E999999999 has as many digits. */
    private static Table.Cell number(BigDecimal number) {
        return number.precision() > MOST_DIGITS || Math.abs((long) number.scale()) > MOST_DIGITS
                ? new Table.Cell("", Table.Content.BROKEN)
                : new Table.Cell(number.stripTrailingZeros().toPlainString(), Table.Content.NUMBER);
    }

    /** Unpacks everything once, as the reader will see it, and forgets it: a small file can claim, and become, any size. */
    private static void requireSane(byte[] file) throws IOException {
        int entries = 0;
        long bytes = 0;
        try (ZipFile zip = ZipFile.builder().setByteArray(file).get()) {
            byte[] buffer = new byte[64 * 1024];
            XMLInputFactory xml = XMLInputFactory.newDefaultFactory();
            xml.setProperty(XMLInputFactory.SUPPORT_DTD, false);
            xml.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
            for (Iterator<ZipArchiveEntry> each = zip.getEntries().asIterator(); each.hasNext(); ) {
                ZipArchiveEntry entry = each.next();
                boolean first = true;
                try (InputStream in = zip.getInputStream(entry)) {
                    for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                        bytes += n;
                        if (bytes > MOST_BYTES || first && declares(buffer, n)) {
                            throw new ApiException(TransferError.TRANSFER_FILE_UNREADABLE);
                        }
                        first = false;
                    }
                }
                try (InputStream in = zip.getInputStream(entry)) {
                    requirePlaces(xml, in);
                }
                if (++entries > MOST_ENTRIES) {
                    throw new ApiException(TransferError.TRANSFER_FILE_UNREADABLE);
                }
            }
        }
    }

    /** The reader makes room for every column before a cell, wherever the cell claims to be. */
    private static void requirePlaces(XMLInputFactory factory, InputStream in) {
        try {
            XMLStreamReader xml = factory.createXMLStreamReader(in);
            while (xml.hasNext()) {
                if (xml.next() == XMLStreamConstants.START_ELEMENT
                        && xml.getLocalName().equals("c")) {
                    String place = xml.getAttributeValue(null, "r");
                    if (place != null && !PLACE.matcher(place).matches()) {
                        throw new ApiException(TransferError.TRANSFER_FILE_UNREADABLE);
                    }
                }
            }
        } catch (XMLStreamException notXml) {
            // a picture, or what the reader will refuse: up to here it holds no such cell
        }
    }

    /** Spreadsheets declare no document type; who does wants entities to be looked up, or to grow. */
    private static boolean declares(byte[] beginning, int length) {
        return new String(beginning, 0, Math.min(length, LOOKED_AT), StandardCharsets.ISO_8859_1).contains("<!DOCTYPE");
    }

    /** A workbook of one sheet, of text alone. */
    static byte[] write(String title, List<List<String>> rows) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Workbook book = new Workbook(out, "Lianhu", "1.0")) {
            Worksheet sheet = book.newWorksheet(title);
            sheet.freezePane(0, 1);
            for (int row = 0; row < rows.size(); row++) {
                List<String> cells = rows.get(row);
                for (int column = 0; column < cells.size(); column++) {
                    sheet.value(row, column, harmless(cells.get(column)));
                }
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    /** A text that no spreadsheet takes for a formula, not even once it was saved as CSV and opened again. */
    static String harmless(String text) {
        return !text.isEmpty() && "=+-@\t\r\n".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }
}
