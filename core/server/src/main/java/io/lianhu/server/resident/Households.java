package io.lianhu.server.resident;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.server.persistence.Ids;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which lines of an import make a household: those of one number (户编号), of which one is the head's; a line without, by itself. */
final class Households {

    /** Takes a fault down. */
    @FunctionalInterface
    interface Faults {
        void add(ImportedLine line, String heading, ErrorCode code);
    }

    private final List<ImportedLine> lines;
    private final Faults faults;
    private final Map<String, ImportedLine> heads = new HashMap<>();
    private final Set<String> headless = new HashSet<>();

    Households(List<ImportedLine> lines, Faults faults) {
        this.lines = lines;
        this.faults = faults;
    }

    /** Finds what is wrong between lines; a household whose head's line is wrong by itself is not wrong, but waits. */
    void judge() {
        Map<String, List<ImportedLine>> groups = new LinkedHashMap<>();
        for (ImportedLine line : lines) {
            if (line.household.isEmpty()) {
                if (!line.faulty && line.known == null && relation(line) != null && relation(line) != Relation.HEAD) {
                    faults.add(line, ResidentColumns.HOUSEHOLD, ResidentError.RESIDENT_IMPORT_HOUSEHOLD);
                }
            } else {
                groups.computeIfAbsent(line.household, number -> new ArrayList<>())
                        .add(line);
            }
        }
        groups.forEach(this::judge);
    }

    private void judge(String number, List<ImportedLine> members) {
        List<ImportedLine> leading = members.stream()
                .filter(line -> relation(line) == Relation.HEAD || members.size() == 1 && relation(line) == null)
                .toList();
        if (leading.isEmpty()) {
            ImportedLine first = members.get(0);
            if (members.stream().noneMatch(line -> line.faulty)) { // a faulty one may be the head
                faults.add(first, ResidentColumns.HOUSEHOLD, ResidentError.RESIDENT_IMPORT_HEAD);
            }
            headless.add(number);
            return;
        }
        ImportedLine head = leading.get(0);
        leading.stream()
                .skip(1)
                .filter(line -> !line.faulty)
                .forEach(second -> faults.add(second, ResidentColumns.RELATION, ResidentError.RESIDENT_IMPORT_HEAD));
        if (head.faulty) {
            headless.add(number);
            return;
        }
        members.stream()
                .filter(line -> !line.faulty && line.known == null && !line.divisionCode.equals(head.divisionCode))
                .forEach(line -> faults.add(line, ResidentColumns.DIVISION, ResidentError.RESIDENT_IMPORT_APART));
        heads.put(number, head);
    }

    private static @Nullable Relation relation(ImportedLine line) {
        return line.said.relation().orElse(null);
    }

    /** Whether the line is sound, but cannot be written for want of its household's head. */
    boolean isHeldBack(ImportedLine line) {
        return !line.faulty && line.known == null && headless.contains(line.household);
    }

    /** Gives the new residents their households; answers the lines whose household is new, one each. */
    List<ImportedLine> assign(List<ImportedLine> fresh) {
        Map<ImportedLine, UUID> made = new LinkedHashMap<>();
        for (ImportedLine line : fresh) {
            ImportedLine head = line.household.isEmpty() ? line : heads.getOrDefault(line.household, line);
            ImportedLine.Known known = head.known;
            line.householdId = known != null ? known.household() : made.computeIfAbsent(head, first -> Ids.next());
        }
        made.forEach((head, id) -> head.householdId = id);
        return List.copyOf(made.keySet());
    }
}
