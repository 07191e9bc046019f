package io.lianhu.server.message;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * One signed call of a webhook. Only its status counts: what else it answers is not read, and no redirect is followed. Never blocks; names
 * are looked up on a few workers of their own.
 */
@Singleton
class WebhookCall {

    private static final Duration CONNECT = Duration.ofSeconds(3);

    /** Of all counties together, so that slow receivers cannot take up our sockets. */
    private static final int CONNECTIONS = 64;

    /** Names at a time: a lookup may hang for long, and must hang nobody else's work. */
    private static final int LOOKUPS = 8;

    private final Vertx vertx;
    private final AddressGuard guard;
    private final WorkerExecutor names;
    private final HttpClient client;
    private final Duration patience;
    private final Clock clock = Clock.systemUTC();

    WebhookCall(
            Vertx vertx,
            AddressGuard guard,
            @ConfigProperty(name = "lianhu.webhook.patience", defaultValue = "5s") Duration patience) {
        this.vertx = vertx;
        this.guard = guard;
        this.patience = patience;
        this.names = vertx.createSharedWorkerExecutor("webhook-names", LOOKUPS);
        this.client = vertx.createHttpClient(new HttpClientOptions()
                .setKeepAlive(false)
                .setMaxPoolSize(CONNECTIONS)
                .setConnectTimeout((int) CONNECT.toMillis()));
    }

    /**
     * Calls; fails with what is to be told the administrator.
     *
     * @param secrets each signs; the newest first
     */
    Uni<Void> perform(URI url, UUID delivery, String body, List<String> secrets) {
        return UniHelper.toUni(names.executeBlocking(() -> guard.resolve(url.getHost()), false))
                .ifNoItem()
                .after(patience)
                .failWith(
                        () -> new UnknownHostException("the name was not found within " + patience.toMillis() + " ms"))
                .chain(address -> UniHelper.toUni(send(url, address, delivery, body, secrets)));
    }

    private Future<Void> send(URI url, InetAddress address, UUID delivery, String body, List<String> secrets) {
        boolean secure = url.getScheme().equals("https");
        int port = url.getPort() >= 0 ? url.getPort() : secure ? 443 : 80;
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        long timestamp = clock.instant().getEpochSecond();
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                // the address that was checked, whatever the name resolves to by now
                .setServer(SocketAddress.inetSocketAddress(port, address.getHostAddress()))
                .setHost(url.getHost())
                .setPort(port)
                .setSsl(secure)
                .setURI(url.getRawQuery() == null ? path : path + "?" + url.getRawQuery())
                .setFollowRedirects(false)
                .putHeader("Content-Type", "application/json; charset=utf-8")
                .putHeader("User-Agent", "Lianhu")
                .putHeader("Lianhu-Delivery", delivery.toString())
                .putHeader("Lianhu-Timestamp", Long.toString(timestamp))
                .putHeader(
                        "Lianhu-Signature",
                        secrets.stream()
                                .map(secret -> "v1=" + signature(secret, timestamp + "." + body))
                                .collect(Collectors.joining(",")));
        Promise<Void> answered = Promise.promise();
        client.request(options).onFailure(answered::tryFail).onSuccess(request -> exchange(request, body, answered));
        return answered.future();
    }

    /** The whole exchange has its time; then, and in any case, the connection is closed with whatever else may come on it. */
    private void exchange(HttpClientRequest request, String body, Promise<Void> answered) {
        long timer = vertx.setTimer(patience.toMillis(), late -> {
            answered.tryFail("no answer within " + patience.toMillis() + " ms");
            request.reset();
        });
        answered.future().onComplete(done -> {
            vertx.cancelTimer(timer);
            request.connection().close();
        });
        request.send(Buffer.buffer(body)).onFailure(answered::tryFail).onSuccess(response -> {
            int status = response.statusCode();
            if (status >= 200 && status < 300) {
                answered.tryComplete();
            } else {
                answered.tryFail("answered with status " + status);
            }
        });
    }

    static String signature(String secret, String signed) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
