package io.lianhu.server.home;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.server.transfer.CellReader;
import io.lianhu.server.transfer.Table;
import io.lianhu.server.transfer.TransferError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the lines of a file of homes: every cell by itself, and what lines say of one building against each other. For worker threads. */
final class ReadHomes {

    private static final int VILLAGE = 12;
    private static final int HIGHEST = 200;

    private final CellReader cells;
    private final Map<Site, Line> first = new HashMap<>();
    private final Set<List<Object>> rooms = new HashSet<>();

    ReadHomes(CellReader cells) {
        this.cells = cells;
    }

    /** By what a building is known: two of a name in one division are not told apart. */
    record Site(String division, String building) {}

    /** A line as far as it is understood. */
    static final class Line {
        final int number;
        final Site site;
        final String address;
        final @Nullable Integer floors;
        final String unit;
        final String room;
        final HomeUsage usage;

        @Nullable
        UUID home;

        Line(
                int number,
                Site site,
                String address,
                @Nullable Integer floors,
                String unit,
                String room,
                HomeUsage usage) {
            this.number = number;
            this.site = site;
            this.address = address;
            this.floors = floors;
            this.unit = unit;
            this.room = room;
            this.usage = usage;
        }
    }

    /** The sound ones. */
    List<Line> read(Table table) {
        List<Line> lines = new ArrayList<>();
        for (Table.Line line : table.lines()) {
            int before = cells.faults().size();
            Line read = line(line);
            if (cells.faults().size() == before) {
                agree(read);
            }
            if (cells.faults().size() == before) {
                lines.add(read);
            }
        }
        return lines;
    }

    private Line line(Table.Line line) {
        Site site = new Site(division(line), cells.required(line, HomeColumns.BUILDING, 60));
        String address = cells.required(line, HomeColumns.ADDRESS, 120);
        Integer floors = floors(line);
        String unit = cells.text(line, HomeColumns.UNIT, 20).orElse("");
        String room = cells.required(line, HomeColumns.ROOM, 20);
        HomeUsage usage = cells.required(line, HomeColumns.USAGE, HomeColumns.USAGES, HomeUsage.OTHER);
        return new Line(line.number(), site, address, floors, unit, room, usage);
    }

    private String division(Table.Line line) {
        String code = cells.required(line, HomeColumns.DIVISION, 20);
        if (!code.isEmpty() && !stands(code)) {
            cells.fault(line.number(), HomeColumns.DIVISION, HomeError.HOME_IMPORT_DIVISION);
        }
        return code;
    }

    private static boolean stands(String code) {
        try {
            return new DivisionCode(code).value().length() >= VILLAGE;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private @Nullable Integer floors(Table.Line line) {
        Optional<String> text = cells.text(line, HomeColumns.FLOORS, 20);
        if (text.isEmpty()) {
            return null;
        }
        if (text.get().matches("[0-9]{1,3}")) {
            int floors = Integer.parseInt(text.get());
            if (floors >= 1 && floors <= HIGHEST) {
                return floors;
            }
        }
        cells.fault(line.number(), HomeColumns.FLOORS, TransferError.CELL_UNKNOWN);
        return null;
    }

    /** What the first line says of a building, the others repeat; and a room stands in the file once. */
    private void agree(Line line) {
        Line known = first.putIfAbsent(line.site, line);
        if (known != null && !known.address.equals(line.address)) {
            cells.fault(line.number, HomeColumns.ADDRESS, HomeError.HOME_IMPORT_CONTRADICTION);
        } else if (known != null && !Objects.equals(known.floors, line.floors)) {
            cells.fault(line.number, HomeColumns.FLOORS, HomeError.HOME_IMPORT_CONTRADICTION);
        } else if (!rooms.add(List.of(line.site, line.unit, line.room))) {
            cells.fault(line.number, HomeColumns.ROOM, HomeError.HOME_IMPORT_TWICE);
        }
    }
}
