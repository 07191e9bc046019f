package io.lianhu.server.graphql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.lianhu.sdk.ApiException;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.web.RequestError;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Makes a mutation that is sent again return its first result. The key is claimed in the mutation's own transaction: a second sender
 * waits on the claim until the first commits or fails, and a crash leaves either both, key and change, or neither.
 */
final class Idempotency {

    private static final ObjectMapper CANONICAL = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true)
            .build();

    private Idempotency() {}

    static Uni<UUID> run(String subject, String field, Map<String, Object> input, Supplier<Uni<UUID>> work) {
        Object given = input.get("idempotencyKey");
        if (given == null) {
            return work.get();
        }
        String key = given.toString();
        if (key.isBlank() || key.length() > 100) {
            return Uni.createFrom().failure(ApiException.invalid("idempotencyKey"));
        }
        String fingerprint = fingerprint(field, input);
        return Statements.CORE
                .run(
                        "insert into lianhu_core.idempotency_key (subject, key, field, fingerprint)"
                                + " values ($1, $2, $3, $4) on conflict do nothing",
                        subject,
                        key,
                        field,
                        fingerprint)
                .chain(claimed -> claimed.rowCount() == 1
                        ? work.get().call(result -> keep(subject, key, result))
                        : first(subject, key, fingerprint));
    }

    private static Uni<?> keep(String subject, String key, UUID result) {
        return Statements.CORE.run(
                "update lianhu_core.idempotency_key set result_id = $3 where subject = $1 and key = $2",
                subject,
                key,
                result);
    }

    private static Uni<UUID> first(String subject, String key, String fingerprint) {
        return Statements.CORE
                .run(
                        "select fingerprint, result_id from lianhu_core.idempotency_key where subject = $1 and key = $2",
                        subject,
                        key)
                .map(rows -> {
                    Row row = rows.iterator().next();
                    if (!row.getString(0).equals(fingerprint)) {
                        throw new ApiException(RequestError.IDEMPOTENCY_KEY_REUSED);
                    }
                    return Optional.ofNullable(row.getUUID(1))
                            .orElseThrow(() -> ApiException.conflict("idempotencyKey"));
                });
    }

    private static String fingerprint(String field, Map<String, Object> input) {
        Map<String, Object> rest = new HashMap<>(input);
        rest.remove("idempotencyKey");
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((field + "\n" + CANONICAL.writeValueAsString(rest)).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest());
        } catch (JsonProcessingException | NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
