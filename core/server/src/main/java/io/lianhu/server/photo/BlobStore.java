package io.lianhu.server.photo;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.CopyOptions;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Where bytes are kept: a folder on a volume that all replicas share, one folder a county below it. */
@Singleton
class BlobStore {

    private final Vertx vertx;
    private final Path folder;

    BlobStore(Vertx vertx, @ConfigProperty(name = "lianhu.files.dir") String folder) {
        this.vertx = vertx;
        this.folder = Path.of(folder).toAbsolutePath();
    }

    /** Keeps the bytes; whoever reads finds them whole or not at all. */
    Uni<Void> put(String tenant, UUID id, byte[] bytes) {
        Path file = file(tenant, id);
        String unfinished = file + ".part";
        return UniHelper.toUni(vertx.fileSystem()
                .mkdirs(folder.resolve(tenant).toString())
                .compose(made -> vertx.fileSystem().writeFile(unfinished, Buffer.buffer(bytes)))
                .compose(written -> vertx.fileSystem()
                        .move(unfinished, file.toString(), new CopyOptions().setReplaceExisting(true))));
    }

    /** The file, to be streamed. */
    Path file(String tenant, UUID id) {
        return folder.resolve(tenant).resolve(id.toString());
    }

    Uni<Void> remove(String tenant, UUID id) {
        return UniHelper.toUni(vertx.fileSystem().delete(file(tenant, id).toString()))
                .onFailure()
                .recoverWithNull();
    }
}
