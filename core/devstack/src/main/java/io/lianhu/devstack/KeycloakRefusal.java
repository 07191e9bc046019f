package io.lianhu.devstack;

/** Keycloak answered with an error; the message carries its words. */
public final class KeycloakRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String error;

    KeycloakRefusal(String attempt, int status, String error, String body) {
        super(attempt + ": Keycloak answered " + status + " " + body);
        this.error = error;
    }

    /** Keycloak's own code, such as {@code invalid_grant} or {@code invalid_scope}; empty when it gave none. */
    public String error() {
        return error;
    }
}
