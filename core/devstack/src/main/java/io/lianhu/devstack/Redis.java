package io.lianhu.devstack;

/** The Redis of the stack. It keeps nothing on disk. */
public record Redis(String host, int port, String password) {
    /** The address with its password in it, as clients take it. */
    public String url() {
        return "redis://:" + password + "@" + host + ":" + port;
    }
}
