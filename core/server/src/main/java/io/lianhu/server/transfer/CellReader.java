package io.lianhu.server.transfer;

import io.lianhu.sdk.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the cells of a table under the headings that a kind of import knows, and takes down what is wrong with them. For worker threads. */
public final class CellReader {

    private final Map<String, Integer> columns;
    private final List<ImportKind.Fault> faults = new ArrayList<>();

    /**
     * A reader of the table.
     *
     * @throws io.lianhu.sdk.ApiException {@code TRANSFER_HEADINGS} where a required heading is missing
     */
    public CellReader(Table table, List<Table.Column> expected) {
        this.columns = table.columns(expected);
    }

    /** What was wrong so far, as it was found. */
    public List<ImportKind.Fault> faults() {
        return faults;
    }

    /** Takes a fault down. */
    public void fault(int line, String heading, ErrorCode code) {
        faults.add(new ImportKind.Fault(line, columns.getOrDefault(heading, 0), code));
    }

    /** The cell; a formula, or what is no value, is a fault. */
    public Optional<Table.Cell> cell(Table.Line line, String heading) {
        Integer column = columns.get(heading);
        Optional<Table.Cell> cell = column == null ? Optional.empty() : line.cell(column);
        if (cell.isPresent() && cell.get().content() == Table.Content.FORMULA) {
            fault(line.number(), heading, TransferError.CELL_FORMULA);
            return Optional.empty();
        }
        if (cell.isPresent() && cell.get().content() == Table.Content.BROKEN) {
            fault(line.number(), heading, TransferError.CELL_BROKEN);
            return Optional.empty();
        }
        return cell;
    }

    /** The cell's text, of so many characters at most. */
    public Optional<String> text(Table.Line line, String heading, int most) {
        Optional<String> text = cell(line, heading).map(Table.Cell::text);
        if (text.isPresent() && text.get().codePointCount(0, text.get().length()) > most) {
            fault(line.number(), heading, TransferError.CELL_TOO_LONG);
            return Optional.empty();
        }
        if (text.isPresent() && text.get().indexOf('\0') >= 0) {
            fault(line.number(), heading, TransferError.CELL_BROKEN);
            return Optional.empty();
        }
        return text;
    }

    /** The cell's text, which has to be there; empty where it is not. */
    public String required(Table.Line line, String heading, int most) {
        int before = faults.size();
        Optional<String> text = text(line, heading, most);
        if (text.isEmpty() && faults.size() == before) {
            fault(line.number(), heading, TransferError.CELL_MISSING);
        }
        return text.orElse("");
    }

    /** What one of some words means, which has to be there; the last resort where it is not. */
    public <T> T required(Table.Line line, String heading, Map<String, T> words, T otherwise) {
        int before = faults.size();
        Optional<T> meaning = word(line, heading, words);
        if (meaning.isEmpty() && faults.size() == before) {
            fault(line.number(), heading, TransferError.CELL_MISSING);
        }
        return meaning.orElse(otherwise);
    }

    /** What one of some words means. */
    public <T> Optional<T> word(Table.Line line, String heading, Map<String, T> words) {
        Optional<String> text = text(line, heading, 20);
        if (text.isPresent() && !words.containsKey(text.get())) {
            fault(line.number(), heading, TransferError.CELL_UNKNOWN);
        }
        return text.map(words::get);
    }
}
