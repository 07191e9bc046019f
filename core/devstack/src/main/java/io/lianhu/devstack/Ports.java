package io.lianhu.devstack;

/**
 * The TCP ports to listen on. Zero leaves the choice to the stack: the port of the last start if it is free, else
 * another one. Any other number is binding: the start fails when that port is taken.
 */
public record Ports(int postgres, int redis, int keycloak) {
    /** All three left to the stack. */
    public static Ports automatic() {
        return new Ports(0, 0, 0);
    }
}
