package io.lianhu.server.photo;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.CopyOptions;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Where bytes are kept: a folder on a volume that all replicas share, one folder a county below it; in that, photos, and a folder for each
 * other use, as {@code <county>/transfers}.
 */
@Singleton
public class BlobStore {

    /** For so long a file may be without a row, or unfinished, because somebody is at it. */
    private static final Duration IN_WORK = Duration.ofHours(24);

    private static final String UNFINISHED = ".part";
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final Vertx vertx;
    private final Path folder;

    BlobStore(Vertx vertx, @ConfigProperty(name = "lianhu.files.dir") String folder) {
        this.vertx = vertx;
        this.folder = Path.of(folder).toAbsolutePath();
    }

    /** Keeps the bytes; whoever reads finds them whole or not at all. */
    public Uni<Void> put(String tenant, UUID id, byte[] bytes) {
        Path file = file(tenant, id);
        String unfinished = file + UNFINISHED;
        return UniHelper.toUni(vertx.fileSystem()
                .mkdirs(folder.resolve(tenant).toString())
                .compose(made -> vertx.fileSystem().writeFile(unfinished, Buffer.buffer(bytes)))
                .compose(written -> vertx.fileSystem()
                        .move(unfinished, file.toString(), new CopyOptions().setReplaceExisting(true))));
    }

    /** The bytes, for what is short enough to be held. */
    public Uni<Buffer> read(String tenant, UUID id) {
        return UniHelper.toUni(vertx.fileSystem().readFile(file(tenant, id).toString()));
    }

    /** The file, to be streamed. */
    Path file(String tenant, UUID id) {
        return folder.resolve(tenant).resolve(id.toString());
    }

    /** Removes those that are there. */
    public Uni<Void> remove(String tenant, List<UUID> ids) {
        return UniHelper.toUni(vertx.executeBlocking(
                () -> {
                    for (UUID id : ids) {
                        Files.deleteIfExists(file(tenant, id));
                    }
                    return null;
                },
                false));
    }

    /**
     * The ids of some old files, chosen by chance; files that were begun long ago and never finished are removed on the way.
     *
     * @param most how many at most
     */
    Uni<List<UUID>> sampleOld(String tenant, int most) {
        return UniHelper.toUni(vertx.executeBlocking(() -> old(sample(folder.resolve(tenant), most)), false));
    }

    /** Each file has the same chance, and no more than the sample is held in memory (reservoir sampling). */
    private static List<Path> sample(Path files, int most) throws IOException {
        List<Path> sample = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(files)) {
            long seen = 0;
            for (Path file : all) {
                long place = ThreadLocalRandom.current().nextLong(seen + 1);
                if (seen < most) {
                    sample.add(file);
                } else if (place < most) {
                    sample.set((int) place, file);
                }
                seen++;
            }
        } catch (NoSuchFileException empty) {
            return List.of();
        }
        return sample;
    }

    private static List<UUID> old(List<Path> files) throws IOException {
        Instant before = Instant.now().minus(IN_WORK);
        List<UUID> ids = new ArrayList<>();
        for (Path file : files) {
            if (!Files.exists(file)
                    || Files.getLastModifiedTime(file).toInstant().isAfter(before)) {
                continue; // removed meanwhile by another replica, or in work
            }
            String name = file.getFileName().toString();
            if (name.endsWith(UNFINISHED)) {
                Files.deleteIfExists(file);
            } else if (ID.matcher(name).matches()) { // what else lies there is not ours
                ids.add(UUID.fromString(name));
            }
        }
        return ids;
    }
}
