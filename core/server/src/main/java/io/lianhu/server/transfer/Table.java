package io.lianhu.server.transfer;

import io.lianhu.sdk.ApiException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What stands in a file: headings in the first row, and lines below them; rows without any text are left out.
 *
 * @param headings by column, the first being 0
 * @param since1904 how numbers that are days are counted
 */
public record Table(Map<Integer, String> headings, List<Line> lines, boolean since1904) {

    /** More is split by who sends it. */
    static final int MOST_LINES = 50_000;

    static final int MOST_COLUMNS = 60;

    /** What a cell holds. */
    public enum Content {
        TEXT,
        NUMBER,
        FORMULA,
        BROKEN
    }

    /** A cell that holds something. */
    public record Cell(String text, Content content) {}

    /**
     * A row.
     *
     * @param number as spreadsheets count: the headings' is 1
     * @param cells by column
     */
    public record Line(int number, Map<Integer, Cell> cells) {

        /** The cell, if it holds anything. */
        public Optional<Cell> cell(int column) {
            return Optional.ofNullable(cells.get(column));
        }
    }

    /**
     * The columns of these headings.
     *
     * @throws ApiException {@code TRANSFER_HEADINGS} where one that is required is missing
     */
    public Map<String, Integer> columns(List<Column> expected) {
        Map<String, Integer> found = new TreeMap<>();
        headings.forEach((column, heading) -> found.putIfAbsent(heading, column));
        List<String> missing = expected.stream()
                .filter(column -> column.required() && !found.containsKey(column.heading()))
                .map(Column::heading)
                .toList();
        if (!missing.isEmpty()) {
            throw new ApiException(TransferError.TRANSFER_HEADINGS, Map.of("detail", String.join("、", missing)));
        }
        return found;
    }

    /**
     * A column that a kind of import knows.
     *
     * @param example stands in the template
     */
    public record Column(String heading, boolean required, String example) {}
}
