package io.lianhu.server.personaldata;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.PersonalData;
import io.lianhu.server.persistence.Operations;
import io.lianhu.server.photo.BlobStore;
import io.lianhu.server.transfer.DocumentKind;
import io.lianhu.server.vault.Vault;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/** Makes the copy of all that is held on a person: {@code data.json}, and the photos. */
@Singleton
class PersonalDataArchive implements DocumentKind {

    static final String NAME = "PERSONAL_DATA";

    private static final String DATA = "data.json";
    private static final String MASKED = "****";

    /** The photos of more than that are told of, and fetched one by one. */
    private static final long MOST_PHOTO_BYTES = 24 << 20;

    /** What only the person and the household's own are given clear. */
    private static final Set<String> CLOSE =
            Set.of("telephone", "id_number", "caller_telephone", "address", "birth_date");

    private final Operations operations;
    private final Provider<PersonalDataOfPlugins> plugins;
    private final BlobStore blobs;
    private final Vault vault;
    private final Vertx vertx;
    private final Clock clock = Clock.system(ZoneId.of("Asia/Shanghai"));

    PersonalDataArchive(
            Operations operations, Provider<PersonalDataOfPlugins> plugins, BlobStore blobs, Vault vault, Vertx vertx) {
        this.operations = operations;
        this.plugins = plugins;
        this.blobs = blobs;
        this.vault = vault;
        this.vertx = vertx;
    }

    /** What {@link #make} is asked for. */
    static JsonObject request(UUID resident, boolean masked) {
        return new JsonObject().put("resident", resident.toString()).put("masked", masked);
    }

    @Override
    public String name() {
        return NAME;
    }

    /** The archive, as far as it is made. */
    private record Copy(
            String tenant, PersonalData.Person person, boolean masked, JsonArray sections, Map<UUID, Buffer> photos) {}

    @Override
    public Uni<byte[]> make(String tenant, JsonObject request, Supplier<Uni<Void>> step) {
        UUID resident = UUID.fromString(request.getString("resident"));
        return operations
                .read(tenant, () -> Persons.find(resident))
                .map(found -> new Copy(
                        tenant,
                        found.orElseThrow(() -> ApiException.notFound("Resident"))
                                .person(),
                        request.getBoolean("masked"),
                        new JsonArray(),
                        new LinkedHashMap<>()))
                .call(copy -> Multi.createFrom()
                        .iterable(HeldTables.ALL)
                        .onItem()
                        .transformToUniAndConcatenate(
                                table -> table(copy, table).chain(step::get))
                        .collect()
                        .last())
                .call(copy -> photos(copy, step))
                .call(copy -> plugins(copy, step))
                .chain(copy -> UniHelper.toUni(vertx.executeBlocking(() -> zip(copy), false)));
    }

    private Uni<Void> table(Copy copy, HeldTable table) {
        JsonArray rows = new JsonArray();
        return pages(copy, table, rows, null).invoke(() -> add(copy, table.name(), table.title(), rows));
    }

    private static void add(Copy copy, String name, String title, JsonArray rows) {
        copy.sections()
                .add(new JsonObject().put("name", name).put("title", title).put("rows", rows));
    }

    private Uni<Void> pages(Copy copy, HeldTable table, JsonArray told, @Nullable UUID after) {
        return operations
                .read(copy.tenant(), () -> table.page(copy.person(), after))
                .chain(rows -> {
                    UUID last = null;
                    for (Row row : rows) {
                        last = row.getUUID(0);
                        told.add(json(copy, row));
                    }
                    return rows.rowCount() < HeldTable.PAGE
                            ? Uni.createFrom().voidItem()
                            : pages(copy, table, told, last);
                });
    }

    private JsonObject json(Copy copy, Row row) {
        JsonObject json = new JsonObject();
        for (int column = 1; column < row.size(); column++) {
            String name = row.getColumnName(column);
            Object value = row.getValue(column);
            json.put(name, value == null ? null : copy.masked() && CLOSE.contains(name) ? MASKED : plain(copy, value));
        }
        return json;
    }

    private Object plain(Copy copy, Object value) {
        if (value instanceof Buffer envelope) {
            return vault.open(copy.tenant(), envelope.getBytes());
        }
        if (value instanceof OffsetDateTime time) {
            return time.atZoneSameInstant(clock.getZone()).toOffsetDateTime().toString();
        }
        if (value instanceof Object[] array) {
            JsonArray items = new JsonArray();
            for (Object item : array) {
                items.add(item.toString());
            }
            return items;
        }
        return value instanceof Number || value instanceof Boolean ? value : value.toString();
    }

    /** Those that fit; one that is gone meanwhile is left out. */
    private Uni<Void> photos(Copy copy, Supplier<Uni<Void>> step) {
        JsonArray rows = copy.sections().stream()
                .map(JsonObject.class::cast)
                .filter(section -> section.getString("name").equals(HeldTables.PHOTO))
                .findFirst()
                .map(section -> section.getJsonArray("rows"))
                .orElseGet(JsonArray::new);
        long[] room = {MOST_PHOTO_BYTES};
        return Multi.createFrom()
                .iterable(rows)
                .map(JsonObject.class::cast)
                .onItem()
                .transformToUniAndConcatenate(photo -> {
                    room[0] -= photo.getLong("bytes");
                    return room[0] < 0
                            ? Uni.createFrom().voidItem()
                            : photo(copy, photo).chain(step::get);
                })
                .collect()
                .last()
                .replaceWithVoid();
    }

    private Uni<Void> photo(Copy copy, JsonObject photo) {
        UUID id = UUID.fromString(photo.getString("id"));
        return blobs.read(copy.tenant(), id)
                .invoke(bytes -> {
                    copy.photos().put(id, bytes);
                    photo.put("file", file(id));
                })
                .replaceWithVoid()
                .onFailure(PersonalDataArchive::isGone)
                .recoverWithNull();
    }

    private static boolean isGone(Throwable failure) {
        return failure instanceof NoSuchFileException || failure.getCause() instanceof NoSuchFileException;
    }

    private static String file(UUID photo) {
        return "photos/" + photo + ".jpg";
    }

    /** All plugins that the platform runs; where one of them does not run here, the copy would not be whole. */
    private Uni<Void> plugins(Copy copy, Supplier<Uni<Void>> step) {
        PersonalDataOfPlugins.Lease lease = plugins.get().personalData();
        return PluginsHere.require(operations, lease)
                .chain(() -> Multi.createFrom()
                        .iterable(lease.byPlugin().entrySet())
                        .onItem()
                        .transformToUniAndConcatenate(plugin -> operations
                                .read(copy.tenant(), () -> plugin.getValue().export(copy.person()))
                                .invoke(sections -> sections.forEach(section -> add(copy, section)))
                                .chain(step::get))
                        .collect()
                        .last())
                .replaceWithVoid()
                .onTermination()
                .invoke(lease::close);
    }

    private static void add(Copy copy, PersonalData.Section section) {
        JsonArray rows = new JsonArray();
        section.rows().forEach(row -> {
            JsonObject told = new JsonObject();
            row.forEach((name, value) -> told.put(name, copy.masked() && CLOSE.contains(name) ? MASKED : value));
            rows.add(told);
        });
        add(copy, section.name(), section.title(), rows);
    }

    private byte[] zip(Copy copy) throws IOException {
        JsonObject data = new JsonObject()
                .put("county", copy.tenant())
                .put(
                        "madeAt",
                        OffsetDateTime.now(clock)
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString())
                .put("masked", copy.masked())
                .put("sections", copy.sections());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(DATA));
            zip.write(data.encodePrettily().getBytes(StandardCharsets.UTF_8));
            for (Map.Entry<UUID, Buffer> photo : copy.photos().entrySet()) {
                zip.putNextEntry(new ZipEntry(file(photo.getKey())));
                zip.write(photo.getValue().getBytes());
            }
        }
        return bytes.toByteArray();
    }
}
