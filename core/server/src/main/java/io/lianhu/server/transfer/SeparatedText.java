package io.lianhu.server.transfer;

import io.lianhu.sdk.ApiException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Text separated by commas (.csv), in UTF-8 or, as Chinese spreadsheets write it, GB18030. Blocks: for worker threads. */
final class SeparatedText {

    private static final CSVFormat FORMAT = CSVFormat.DEFAULT;
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private SeparatedText() {}

    /** The file's text; empty where it is none in either encoding. */
    static Optional<String> decode(byte[] file) {
        return Stream.of(StandardCharsets.UTF_8, Charset.forName("GB18030"))
                .flatMap(charset -> decode(file, charset).stream())
                .findFirst()
                .filter(text -> text.indexOf('\0') < 0)
                .map(text -> text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text);
    }

    private static Optional<String> decode(byte[] file, Charset charset) {
        try {
            return Optional.of(
                    charset.newDecoder().decode(ByteBuffer.wrap(file)).toString());
        } catch (CharacterCodingException other) {
            return Optional.empty();
        }
    }

    /**
     * The table.
     *
     * @throws ApiException {@code TRANSFER_FILE_UNREADABLE}, {@code TRANSFER_ROWS_TOO_MANY}
     */
    static Table read(byte[] file) {
        String text = decode(file).orElseThrow(() -> new ApiException(TransferError.TRANSFER_FILE_UNREADABLE));
        Map<Integer, String> headings = new TreeMap<>();
        List<Table.Line> lines = new ArrayList<>();
        try (CSVParser parser = CSVParser.parse(new StringReader(text), FORMAT)) {
            for (CSVRecord record : parser) {
                Map<Integer, Table.Cell> cells = cells(record);
                if (cells.isEmpty()) {
                    continue;
                }
                if (headings.isEmpty()) {
                    cells.forEach((column, cell) -> headings.put(column, cell.text()));
                } else if (lines.size() == Table.MOST_LINES) {
                    throw new ApiException(TransferError.TRANSFER_ROWS_TOO_MANY, Map.of("most", Table.MOST_LINES));
                } else {
                    lines.add(new Table.Line(Math.toIntExact(record.getRecordNumber()), cells));
                }
            }
        } catch (IOException | RuntimeException malformed) {
            if (malformed instanceof ApiException refusal) {
                throw refusal;
            }
            ApiException refusal = new ApiException(TransferError.TRANSFER_FILE_UNREADABLE);
            refusal.initCause(malformed);
            throw refusal;
        }
        return new Table(headings, lines, false);
    }

    private static Map<Integer, Table.Cell> cells(CSVRecord record) {
        Map<Integer, Table.Cell> cells = new TreeMap<>();
        for (int column = 0; column < Math.min(record.size(), Table.MOST_COLUMNS); column++) {
            String text = record.get(column).strip();
            if (!text.isEmpty()) {
                boolean formula = text.charAt(0) == '=';
                cells.put(
                        column,
                        formula ? new Table.Cell("", Table.Content.FORMULA) : new Table.Cell(text, Table.Content.TEXT));
            }
        }
        return cells;
    }
}
