package io.lianhu.server.resident;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.ErrorCode;
import io.lianhu.server.transfer.CellReader;
import io.lianhu.server.transfer.Table;
import io.lianhu.server.transfer.TransferError;
import io.lianhu.server.vault.Vault;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads the lines of a file of residents: every cell by itself, and each line by itself. For worker threads. */
final class ReadLines {

    private static final LocalDate BEFORE_1900 = LocalDate.of(1899, 12, 30);
    private static final int TO_1904 = 1_462;
    /** Strictly: 30 February is no day, and not the last one of its month. */
    private static final List<DateTimeFormatter> DAYS = Stream.of(
                    "uuuu-M-d", "uuuu/M/d", "uuuu.M.d", "uuuu年M月d日", "uuuuMMdd")
            .map(pattern -> DateTimeFormatter.ofPattern(pattern).withResolverStyle(ResolverStyle.STRICT))
            .toList();

    private final Table table;
    private final CellReader cells;
    private final LocalDate today;
    private final Set<String> idNumbers = new HashSet<>();

    ReadLines(Table table, LocalDate today) {
        this.table = table;
        this.cells = new CellReader(table, ResidentColumns.ALL);
        this.today = today;
    }

    CellReader cells() {
        return cells;
    }

    List<ImportedLine> read(String tenant, Vault vault) {
        List<ImportedLine> lines = new ArrayList<>();
        for (Table.Line line : table.lines()) {
            ImportedLine read = read(line);
            if (!read.faulty) {
                read.said.idNumber().map(IdNumber::text).ifPresent(number -> {
                    read.sealedId = vault.seal(tenant, number);
                    read.idDigest = vault.identity(tenant, number);
                });
                read.telephone.ifPresent(number -> {
                    read.sealedTelephone = vault.seal(tenant, number);
                    read.telephoneDigest = vault.digest(tenant, number);
                });
            }
            lines.add(read);
        }
        return lines;
    }

    private ImportedLine read(Table.Line line) {
        ImportedLine read = new ImportedLine(line.number());
        int before = cells.faults().size();
        read.name = cells.required(line, ResidentColumns.NAME, 40);
        read.address = cells.required(line, ResidentColumns.ADDRESS, 120);
        read.divisionCode = division(line);
        read.household = cells.text(line, ResidentColumns.HOUSEHOLD, 40).orElse("");
        read.telephone = telephone(line);
        Optional<Sex> sex = cells.word(line, ResidentColumns.SEX, ResidentColumns.SEXES);
        Optional<LocalDate> born = day(line);
        read.said = new Particulars(
                cells.word(line, ResidentColumns.RESIDENCE, ResidentColumns.RESIDENCES),
                sex,
                born,
                idNumber(line),
                cells.word(line, ResidentColumns.RELATION, ResidentColumns.RELATIONS));
        if (cells.faults().size() == before) {
            read.said = agreed(line, read.said);
        }
        read.faulty = cells.faults().size() > before;
        return read;
    }

    private void fault(Table.Line line, String heading, ErrorCode code) {
        cells.fault(line.number(), heading, code);
    }

    private String division(Table.Line line) {
        String code = cells.required(line, ResidentColumns.DIVISION, 20);
        if (code.isEmpty()) {
            return code;
        }
        try {
            if (new DivisionCode(code).value().length() < 15) {
                fault(line, ResidentColumns.DIVISION, ResidentError.RESIDENT_HOME_DIVISION);
            }
        } catch (IllegalArgumentException malformed) {
            fault(line, ResidentColumns.DIVISION, ResidentError.RESIDENT_IMPORT_DIVISION);
        }
        return code;
    }

    private Optional<String> telephone(Table.Line line) {
        return cells.text(line, ResidentColumns.TELEPHONE, 20).flatMap(text -> {
            try {
                return Optional.of(Confidential.telephone(text));
            } catch (ApiException malformed) {
                fault(line, ResidentColumns.TELEPHONE, TransferError.CELL_UNKNOWN);
                return Optional.empty();
            }
        });
    }

    /** Of a number, spreadsheets keep fifteen digits: the last three are lost. */
    private Optional<IdNumber> idNumber(Table.Line line) {
        Optional<Table.Cell> cell = cells.cell(line, ResidentColumns.ID_NUMBER);
        if (cell.isEmpty()) {
            return Optional.empty();
        }
        if (cell.get().content() == Table.Content.NUMBER) {
            fault(line, ResidentColumns.ID_NUMBER, TransferError.CELL_NOT_TEXT);
            return Optional.empty();
        }
        Optional<IdNumber> number = IdNumber.of(cell.get().text(), today);
        if (number.isEmpty()) {
            fault(line, ResidentColumns.ID_NUMBER, ResidentError.RESIDENT_ID_NUMBER);
        } else if (!idNumbers.add(number.get().text())) {
            fault(line, ResidentColumns.ID_NUMBER, ResidentError.RESIDENT_IMPORT_TWICE);
        }
        return number;
    }

    private Optional<LocalDate> day(Table.Line line) {
        Optional<Table.Cell> cell = cells.cell(line, ResidentColumns.BIRTH_DATE);
        Optional<LocalDate> day =
                cell.flatMap(this::day).filter(born -> !born.isAfter(today) && born.getYear() >= 1900);
        if (cell.isPresent() && day.isEmpty()) {
            fault(line, ResidentColumns.BIRTH_DATE, TransferError.CELL_DATE);
        }
        return day;
    }

    private Optional<LocalDate> day(Table.Cell cell) {
        if (cell.content() == Table.Content.NUMBER && cell.text().matches("[0-9]{1,5}")) {
            long days = Long.parseLong(cell.text()) + (table.since1904() ? TO_1904 : 0);
            return Optional.of(BEFORE_1900.plusDays(days));
        }
        return DAYS.stream().flatMap(form -> parsed(cell.text(), form).stream()).findFirst();
    }

    private static Optional<LocalDate> parsed(String text, DateTimeFormatter form) {
        try {
            return Optional.of(LocalDate.parse(text, form));
        } catch (DateTimeException other) {
            return Optional.empty();
        }
    }

    private Particulars agreed(Table.Line line, Particulars said) {
        try {
            return Particulars.of(
                    said.residence(),
                    said.sex(),
                    said.birthDate(),
                    said.idNumber().map(IdNumber::text),
                    said.relation(),
                    today);
        } catch (ApiException contradiction) {
            boolean sex = "sex".equals(contradiction.params().get("field"));
            fault(line, sex ? ResidentColumns.SEX : ResidentColumns.BIRTH_DATE, contradiction.code());
            return said;
        }
    }
}
