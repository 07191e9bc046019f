package io.lianhu.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lianhu.sdk.ErrorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One person, or nobody, speaking to one county, or to the platform, over HTTP. Immutable: what changes a property answers another
 * client. Tokens are renewed before they expire.
 */
public final class GraphqlClient {
    static {
        RestrictedHeaders.allowHost();
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Longer than any deadline of the server's. */
    private static final Duration PATIENCE = Duration.ofSeconds(150);

    private final Replica replica;
    private final String host;
    private final String language;
    private final Supplier<Optional<String>> token;
    private final @Nullable Login login;

    private GraphqlClient(
            Replica replica, String host, String language, Supplier<Optional<String>> token, @Nullable Login login) {
        this.replica = replica;
        this.host = host;
        this.language = language;
        this.token = token;
        this.login = login;
    }

    static GraphqlClient anonymous(Replica replica, String host) {
        return new GraphqlClient(replica, host, "en", Optional::empty, null);
    }

    /** The same connection as a person, with tokens for that county; with an empty code, with tokens for none. */
    GraphqlClient as(Login person, String county) {
        return new GraphqlClient(replica, host, language, () -> Optional.of(person.token(county)), person);
    }

    /** The same person with the same token at the host of another county, where it must not be of use. */
    public GraphqlClient at(County county) {
        return atHost(county.hostName());
    }

    /** The same with another {@code Host} header. */
    public GraphqlClient atHost(String hostName) {
        return new GraphqlClient(replica, hostName, language, token, login);
    }

    /** The same person with a token for another county; until it is a member there, that token names no county. */
    public GraphqlClient in(County county) {
        return atHost(county.hostName()).as(login(), county.code());
    }

    /** The same over another process of the server. */
    public GraphqlClient through(Replica other) {
        return new GraphqlClient(other, host, language, token, login);
    }

    /** The same with another {@code Accept-Language}: {@code en}, unless told otherwise, or {@code zh-CN}. */
    public GraphqlClient inLanguage(String tag) {
        return new GraphqlClient(replica, host, tag, token, login);
    }

    /** The same with exactly this token, whatever it is. */
    public GraphqlClient withToken(String fixed) {
        return new GraphqlClient(replica, host, language, () -> Optional.of(fixed), login);
    }

    /** The token that the next request carries. */
    public String token() {
        return token.get().orElseThrow(() -> new IllegalStateException("Nobody has no token"));
    }

    /** Has the next request fetch a new token, for instance after the person has become a member. */
    public void renewToken() {
        login().forgetTokens();
    }

    /** The person's id at Keycloak. */
    public String subject() {
        return login().subject();
    }

    /** The person's name. */
    public String name() {
        return login().name();
    }

    /** The person's telephone number, as Keycloak has it. */
    public String telephone() {
        return login().telephone();
    }

    private Login login() {
        if (login == null) {
            throw new IllegalStateException("This client is nobody");
        }
        return login;
    }

    /** Asks, and fails the test where the answer has errors. */
    public Answer query(String document) {
        return query(document, Map.of());
    }

    /** Asks, and fails the test where the answer has errors. */
    public Answer query(String document, Map<String, ? extends @Nullable Object> variables) {
        return ask(document, variables).succeeded();
    }

    /** Changes something, and fails the test where the answer has errors. */
    public Answer mutate(String document, Map<String, ? extends @Nullable Object> variables) {
        return ask(document, variables).succeeded();
    }

    /** Sends an operation and judges nothing. */
    public Answer ask(String document, Map<String, ? extends @Nullable Object> variables) {
        Reply reply = send(
                "POST",
                "/graphql",
                Map.of("Content-Type", "application/json", "Accept", "application/graphql-response+json"),
                bytes(Map.of("query", document, "variables", variables)));
        return Answer.of(document + " " + variables + " by " + this, reply);
    }

    /** Sends an operation whose first error has to be this one. */
    public ApiError expectError(
            ErrorType type, String code, String document, Map<String, ? extends @Nullable Object> variables) {
        Answer answer = ask(document, variables);
        List<ApiError> errors = answer.errors();
        if (errors.isEmpty()
                || !errors.get(0).type().equals(type.name())
                || !errors.get(0).code().equals(code)) {
            throw new AssertionError("Not " + type + " " + code + ", but " + answer);
        }
        return errors.get(0);
    }

    /** Sends an operation whose first error has to be of this type, whatever its code. */
    public ApiError expectError(ErrorType type, String document, Map<String, ? extends @Nullable Object> variables) {
        Answer answer = ask(document, variables);
        List<ApiError> errors = answer.errors();
        if (errors.isEmpty() || !errors.get(0).type().equals(type.name())) {
            throw new AssertionError("Not " + type + ", but " + answer);
        }
        return errors.get(0);
    }

    /**
     * Begins a subscription over graphql-transport-ws; returns when the document was sent. The first answer is the present state: once it
     * has come, the server listens.
     */
    public GraphqlSubscription subscribe(String document, Map<String, ? extends @Nullable Object> variables) {
        return GraphqlSubscription.begin(socket(), token.get(), document, variables);
    }

    /** Begins a connection for subscriptions that the server has to close for who is asking; answers the close code. */
    public int expectRefusedSocket() {
        try (RawSocket socket = socket()) {
            return GraphqlSubscription.refused(socket, token.get());
        }
    }

    /** Opens a connection for subscriptions, and says nothing on it yet, not even who is asking. */
    public RawSocket socket() {
        return RawSocket.open(
                replica.http(),
                URI.create("ws://127.0.0.1:" + replica.port() + "/graphql"),
                Map.of("Host", host, "Accept-Language", language));
    }

    /** Uploads a photo; answers its id, to be claimed by a mutation. */
    public String uploadPhoto(byte[] photo) {
        Reply reply = send("POST", "/photos", Map.of("Content-Type", "image/jpeg"), photo);
        if (reply.status() != 201) {
            throw new AssertionError("The photo was not taken: " + reply.status() + " " + reply.text());
        }
        return reply.json().get("id").asText();
    }

    /** Gets what an answer's {@code url} names, as this person. */
    public Reply download(String url) {
        URI address = URI.create(url);
        return send(
                "GET",
                address.getRawPath() + (address.getRawQuery() == null ? "" : "?" + address.getRawQuery()),
                Map.of(),
                null);
    }

    /**
     * Sends any request.
     *
     * @param path with its query, encoded
     * @param headers besides, or over, the {@code Host}, {@code Authorization} and {@code Accept-Language} of this client; an empty
     *     value leaves a header out
     */
    public Reply send(String method, String path, Map<String, String> headers, byte @Nullable [] body) {
        Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.put("Host", host);
        all.put("Accept-Language", language);
        token.get().ifPresent(value -> all.put("Authorization", "Bearer " + value));
        all.putAll(headers);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + replica.port() + path))
                .timeout(PATIENCE)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        all.forEach((name, value) -> {
            if (!value.isEmpty()) {
                header(request, name, value);
            }
        });
        try {
            HttpResponse<byte[]> response = replica.http().send(request.build(), BodyHandlers.ofByteArray());
            return new Reply(response.statusCode(), response.headers(), response.body());
        } catch (IOException failure) {
            throw new UncheckedIOException(method + " " + path + " at " + host, failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private static void header(HttpRequest.Builder request, String name, String value) {
        try {
            request.header(name, value);
        } catch (IllegalArgumentException refused) {
            throw name.equalsIgnoreCase("Host") ? RestrictedHeaders.tooLate(refused) : refused;
        }
    }

    /** JSON's bytes of whatever Jackson can write. */
    static byte[] bytes(Map<String, ?> body) {
        try {
            return JSON.writeValueAsBytes(new LinkedHashMap<>(body));
        } catch (JsonProcessingException malformed) {
            throw new IllegalArgumentException(malformed);
        }
    }

    @Override
    public String toString() {
        return (login == null ? "nobody" : login.name()) + " at " + host;
    }
}
