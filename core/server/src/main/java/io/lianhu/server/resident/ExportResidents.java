package io.lianhu.server.resident;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.server.transfer.ExportKind;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Exports what a search finds, as an import has it, but with telephone and ID number masked; and with birth date and address only of those
 * whose the one who asks reads clear.
 */
@Singleton
class ExportResidents implements ExportKind {

    static final String NAME = "RESIDENTS_EXPORT";

    private static final int PAGE = 500;

    private final ResidentDirectory directory;
    private final Confidential confidential;

    ExportResidents(ResidentDirectory directory, Confidential confidential) {
        this.directory = directory;
        this.confidential = confidential;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<String> headings() {
        return List.of(
                ResidentColumns.NAME,
                ResidentColumns.ID_NUMBER,
                ResidentColumns.SEX,
                ResidentColumns.BIRTH_DATE,
                ResidentColumns.TELEPHONE,
                ResidentColumns.RESIDENCE,
                ResidentColumns.DIVISION,
                ResidentColumns.ADDRESS,
                ResidentColumns.RELATION);
    }

    /**
     * What was asked for, as a transfer keeps it; telephone and ID number are not kept.
     *
     * @param clear where the one who asks reads birth dates and addresses
     */
    static JsonObject request(ResidentSearch search, List<DivisionCode> clear) {
        JsonObject request = new JsonObject();
        request.put(
                "clear", new JsonArray(clear.stream().map(DivisionCode::value).toList()));
        search.name().ifPresent(value -> request.put("name", value));
        search.address().ifPresent(value -> request.put("address", value));
        search.residence().ifPresent(value -> request.put("residence", value.name()));
        search.ageFrom().ifPresent(value -> request.put("ageFrom", value));
        search.ageTo().ifPresent(value -> request.put("ageTo", value));
        search.divisionCode().ifPresent(value -> request.put("divisionCode", value));
        return request;
    }

    private static ResidentSearch search(JsonObject request) {
        return new ResidentSearch(
                Optional.ofNullable(request.getString("name")),
                Optional.ofNullable(request.getString("address")),
                Optional.ofNullable(request.getString("residence")).map(ResidenceKind::valueOf),
                Optional.ofNullable(request.getInteger("ageFrom")),
                Optional.ofNullable(request.getInteger("ageTo")),
                Optional.empty(),
                Optional.empty(),
                Optional.ofNullable(request.getString("divisionCode")));
    }

    @Override
    public Uni<List<Line>> page(JsonObject request, List<DivisionCode> scopes, Optional<UUID> after) {
        return directory
                .find(search(request), scopes, Optional.of(ResidentState.APPROVED), PAGE, after)
                .map(rows -> rows.stream().map(row -> line(row, request)).toList());
    }

    private Line line(ResidentRecord row, JsonObject request) {
        DivisionCode home = new DivisionCode(row.getDivisionCode());
        boolean clear = request.getJsonArray("clear").stream()
                .map(code -> new DivisionCode(String.valueOf(code)))
                .anyMatch(division -> division.contains(home));
        LocalDate born = clear ? row.getBirthDate() : null;
        return new Line(
                row.getId(),
                List.of(
                        row.getName(),
                        confidential.maskedIdNumber(row).orElse(""),
                        word(ResidentColumns.SEXES, row.getSex()),
                        born == null ? "" : born.toString(),
                        confidential.maskedTelephone(row).orElse(""),
                        word(ResidentColumns.RESIDENCES, row.getResidence()),
                        row.getDivisionCode(),
                        clear ? row.getAddress() : "****",
                        word(ResidentColumns.RELATIONS, row.getRelation())));
    }

    /** The longest of the words that mean it. */
    private static <T> String word(Map<String, T> words, @Nullable T meaning) {
        return words.entrySet().stream()
                .filter(entry -> entry.getValue().equals(meaning))
                .map(Map.Entry::getKey)
                .max((first, second) -> first.length() == second.length()
                        ? first.compareTo(second)
                        : Integer.compare(first.length(), second.length()))
                .orElse("");
    }
}
