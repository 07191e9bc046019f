package io.lianhu.server.division;

import com.fasterxml.jackson.databind.JsonNode;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.GlobalId;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.server.division.GridMap.Drawn;
import io.lianhu.server.division.GridMap.Fault;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.persistence.CoreStore;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.place.Place;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The map of the county, over GraphQL. */
@Singleton
class MapFeature implements CoreFeature {

    private static final int MAX_SHAPES = 500;
    private static final UUID NOBODY = new UUID(0, 0);
    private static final int MAX_TEXT = 1_000_000;

    private final CoreStore store;
    private final DivisionDirectory directory;
    private final GridMap map;

    MapFeature(CoreStore store, DivisionDirectory directory, GridMap map) {
        this.store = store;
        this.directory = directory;
        this.map = map;
    }

    @Override
    public String schema() {
        return "map";
    }

    @Override
    public void bind(GraphqlModule module) {
        module.query("divisionAt", this::at)
                .batch("Division", "shape", this::shapes)
                .mutation("divisionShapeSet", this::set)
                .mutation("divisionShapeRemove", this::remove)
                .mutation("divisionShapesImport", this::importAll);
    }

    private Uni<Division> at(Call call) {
        Place place = Place.of(
                call.required("latitude", Double.class),
                call.required("longitude", Double.class),
                call.argument("datum", Place.Datum.class).orElse(Place.Datum.WGS84));
        return map.at(place)
                .chain(found -> found.isEmpty()
                        ? Uni.createFrom().nullItem()
                        : directory
                                .load(Set.of(found.get().id()))
                                .map(rows -> rows.get(found.get().id())));
    }

    /** A shape as it is shown. */
    public record DivisionShape(
            String geoJson, double south, double west, double north, double east, Instant changedAt) {}

    private Uni<Map<Division, DivisionShape>> shapes(List<Division> divisions, Call call) {
        return Statements.CORE
                .run(
                        "select division_id, geo_json, south, west, north, east, changed_at from lianhu_core.division_shape"
                                + " where division_id = any ($1)",
                        (Object) divisions.stream().map(Division::getId).toArray(UUID[]::new))
                .map(rows -> {
                    Map<UUID, DivisionShape> byId = new HashMap<>();
                    for (Row row : rows) {
                        byId.put(
                                row.getUUID("division_id"),
                                new DivisionShape(
                                        row.getString("geo_json"),
                                        row.getDouble("south"),
                                        row.getDouble("west"),
                                        row.getDouble("north"),
                                        row.getDouble("east"),
                                        row.getOffsetDateTime("changed_at")
                                                .withOffsetSameInstant(ZoneOffset.UTC)
                                                .toInstant()));
                    }
                    Map<Division, DivisionShape> result = new HashMap<>();
                    divisions.stream()
                            .filter(one -> byId.containsKey(one.getId()))
                            .forEach(one -> result.put(one, byId.get(one.getId())));
                    return result;
                });
    }

    /** The input of one shape. */
    record SetInput(GlobalId divisionId, String geoJson, Optional<Place.Datum> datum) {}

    private Uni<UUID> set(Call call) {
        SetInput input = call.input(SetInput.class);
        UUID id = input.divisionId().of("Division");
        bounded(input.geoJson());
        Place.Datum datum = input.datum().orElse(Place.Datum.WGS84);
        return map.alone()
                .chain(() -> directory.require(id))
                .chain(() -> directory.load(Set.of(id)))
                .map(rows -> Optional.ofNullable(rows.get(id)).orElseThrow(() -> ApiException.notFound("Division")))
                .chain(where -> map.working(() -> drawn(1, where, Shape.of(GridMap.tree(input.geoJson()), datum))))
                .chain(drawn -> map.keep(List.of(drawn), List.of(), call.actor().subject()))
                .invoke(faults -> faults.stream().findFirst().ifPresent(fault -> {
                    throw fault.error();
                }))
                .replaceWith(id);
    }

    private static void bounded(String geoJson) {
        if (geoJson.length() > MAX_TEXT) {
            throw ApiException.invalid("geoJson");
        }
    }

    /** The county has no siblings. */
    private static Drawn drawn(int number, Division where, Shape shape) {
        UUID parent = where.getParentId() == null ? NOBODY : where.getParentId();
        return new Drawn(number, where.getId(), where.getCode(), parent, shape);
    }

    /** The input of a shape's removal. */
    record RemoveInput(GlobalId divisionId) {}

    private Uni<UUID> remove(Call call) {
        UUID id = call.input(RemoveInput.class).divisionId().of("Division");
        return directory
                .load(Set.of(id))
                .invoke(rows -> {
                    if (rows.isEmpty()) {
                        throw ApiException.notFound("Division");
                    }
                })
                .chain(() -> Statements.CORE.run("delete from lianhu_core.division_shape where division_id = $1", id))
                .replaceWith(id);
    }

    /** The input of an import. */
    record ImportInput(String geoJson, Optional<Place.Datum> datum) {}

    /** A feature of an import, before its division is known. */
    private record Feature(int number, String code, Shape shape) {}

    private Uni<UUID> importAll(Call call) {
        ImportInput input = call.input(ImportInput.class);
        bounded(input.geoJson());
        List<Fault> faults = new ArrayList<>();
        return map.alone()
                .chain(() -> map.working(
                        () -> read(GridMap.tree(input.geoJson()), input.datum().orElse(Place.Datum.WGS84), faults)))
                .chain(features -> place(features, faults))
                .chain(drawn -> map.keep(drawn, faults, call.actor().subject()))
                .invoke(found -> {
                    if (!found.isEmpty()) {
                        throw new ApiException(
                                ShapeError.SHAPES_FAULTY,
                                Map.of("faults", found.stream().map(Fault::text).toList()));
                    }
                })
                .chain(() -> store.session(session -> session.createSelectionQuery(
                                "select id from Division where kind = COUNTY", UUID.class)
                        .getSingleResult()));
    }

    private static List<Feature> read(JsonNode collection, Place.Datum datum, List<Fault> faults) {
        JsonNode all = collection.path("features");
        if (!collection.path("type").asText().equals("FeatureCollection") || !all.isArray() || all.isEmpty()) {
            throw new ApiException(ShapeError.SHAPE_MALFORMED);
        }
        if (all.size() > MAX_SHAPES) {
            throw ApiException.invalid("geoJson");
        }
        List<Feature> features = new ArrayList<>();
        Set<String> codes = new HashSet<>();
        int number = 0;
        for (JsonNode feature : all) {
            number++;
            String given = feature.path("properties").path("code").asText();
            String code = given.substring(0, Math.min(given.length(), 17));
            try {
                if (!codes.add(code)) {
                    throw ApiException.invalid("code");
                }
                features.add(new Feature(number, code, Shape.of(feature.path("geometry"), datum)));
            } catch (ApiException fault) {
                faults.add(new Fault(number, code, fault));
            }
        }
        return features;
    }

    /** Finds the features' divisions; what is none, or has ended, is a fault. */
    private Uni<List<Drawn>> place(List<Feature> features, List<Fault> faults) {
        return store.session(session -> session.createSelectionQuery(
                                "from Division d where d.code in :codes and " + DivisionDirectory.STANDS,
                                Division.class)
                        .setParameter(
                                "codes", features.stream().map(Feature::code).toList())
                        .getResultList())
                .map(rows -> {
                    Map<String, Division> byCode =
                            rows.stream().collect(Collectors.toMap(Division::getCode, Function.identity()));
                    List<Drawn> drawn = new ArrayList<>();
                    for (Feature feature : features) {
                        Division where = byCode.get(feature.code());
                        if (where == null) {
                            faults.add(new Fault(feature.number(), feature.code(), ApiException.notFound("Division")));
                        } else {
                            drawn.add(drawn(feature.number(), where, feature.shape()));
                        }
                    }
                    return drawn;
                });
    }
}
