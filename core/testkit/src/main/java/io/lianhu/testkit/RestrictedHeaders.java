package io.lianhu.testkit;

/**
 * Counties are told apart by the {@code Host} header, and not every resolver knows {@code *.localhost}; Java's HTTP client lets one set
 * that header only if this property said so before its first use.
 */
final class RestrictedHeaders {
    private static final String PROPERTY = "jdk.httpclient.allowRestrictedHeaders";

    private RestrictedHeaders() {}

    /** To be called before anything loads the HTTP client. */
    static void allowHost() {
        String allowed = System.getProperty(PROPERTY, "");
        if (!allowed.contains("host")) {
            System.setProperty(PROPERTY, allowed.isEmpty() ? "host" : allowed + ",host");
        }
    }

    static IllegalStateException tooLate(IllegalArgumentException cause) {
        return new IllegalStateException(
                "Java's HTTP client was in use before the kit: touch TestHost first, or run the tests with -D"
                        + PROPERTY + "=host",
                cause);
    }
}
