package io.lianhu.server.operate;

import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.Call;
import io.lianhu.sdk.GraphqlModule;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import io.lianhu.server.feature.CoreFeature;
import io.lianhu.server.identity.IdentityError;
import io.lianhu.server.identity.Person;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The operators of the platform (平台运营方). The first comes in by a secret that works once, while there is none; each further one is
 * admitted by another. What they change asks for a token of a second factor.
 */
@Singleton
public class Operators implements CoreFeature {

    /** What an operator may do. */
    public static final String OPERATE = "platform:operate";

    private final Optional<String> bootstrapSecret;
    private final Set<String> assurances;

    Operators(
            @ConfigProperty(name = "lianhu.operator.bootstrap-secret") Optional<String> bootstrapSecret,
            @ConfigProperty(name = "lianhu.operator.acr", defaultValue = "2") Set<String> assurances) {
        this.bootstrapSecret = bootstrapSecret;
        this.assurances = assurances;
    }

    @Override
    public Side side() {
        return Side.PLATFORM;
    }

    @Override
    public String schema() {
        return "operator";
    }

    @Override
    public List<Permission> permissions() {
        return List.of(Permission.of(OPERATE, Role.OPERATOR));
    }

    @Override
    public void bind(GraphqlModule module) {
        module.node("Operator", this::load)
                .mutation("operatorBootstrap", this::bootstrap)
                .mutation("operatorAdmit", this::admit);
    }

    /**
     * Refuses a person whose token does not say that a second factor was used.
     *
     * @throws ApiException {@code SECOND_FACTOR_REQUIRED}
     */
    public void requireSecondFactor() {
        Person person = Person.current();
        if (person.assurance().filter(assurances::contains).isEmpty()) {
            throw new ApiException(IdentityError.SECOND_FACTOR_REQUIRED);
        }
    }

    /** The input of the bootstrap. */
    record BootstrapInput(String secret) {}

    private Uni<UUID> bootstrap(Call call) {
        String given = call.input(BootstrapInput.class).secret();
        String subject = call.actor().subject();
        if (bootstrapSecret.filter(secret -> equal(secret, given)).isEmpty()) {
            return Uni.createFrom().failure(new ApiException(IdentityError.BOOTSTRAP_REFUSED));
        }
        requireSecondFactor();
        return Statements.PLATFORM
                .run(
                        "insert into lianhu_platform.operator (subject, granted_by) select $1, 'bootstrap'"
                                + " where not exists (select 1 from lianhu_platform.operator where subject <> $1)"
                                + " on conflict (subject) do update set subject = excluded.subject returning subject",
                        subject)
                .map(rows -> {
                    if (rows.rowCount() == 0) {
                        throw new ApiException(IdentityError.BOOTSTRAP_REFUSED);
                    }
                    return id(subject);
                });
    }

    private static boolean equal(String secret, String given) {
        return MessageDigest.isEqual(secret.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    /** The input of an admission. */
    record AdmitInput(String subject) {}

    private Uni<UUID> admit(Call call) {
        requireSecondFactor();
        String subject = call.input(AdmitInput.class).subject();
        if (!subject.matches("[0-9A-Za-z:._-]{1,60}")) {
            return Uni.createFrom().failure(ApiException.invalid("subject"));
        }
        return Statements.PLATFORM
                .run(
                        "insert into lianhu_platform.operator (subject, granted_by) values ($1, $2) on conflict do nothing",
                        subject,
                        call.actor().subject())
                .map(done -> id(subject));
    }

    /** An operator, as the schema has one. */
    public record Operator(UUID id, String subject, Instant grantedAt) {}

    private Uni<Map<UUID, Operator>> load(Set<UUID> ids, Call call) {
        return Statements.PLATFORM
                .run("select subject, granted_at from lianhu_platform.operator order by granted_at limit 1000")
                .map(rows -> {
                    Map<UUID, Operator> found = new HashMap<>();
                    rows.forEach(row -> {
                        String subject = row.getString(0);
                        OffsetDateTime since = row.getOffsetDateTime(1);
                        if (ids.contains(id(subject))
                                && (subject.equals(call.actor().subject())
                                        || call.actor().may(OPERATE))) {
                            found.put(id(subject), new Operator(id(subject), subject, since.toInstant()));
                        }
                    });
                    return found;
                });
    }

    private static UUID id(String subject) {
        return UUID.nameUUIDFromBytes(("operator " + subject).getBytes(StandardCharsets.UTF_8));
    }
}
