package io.lianhu.devstack;

/**
 * One database and its two login roles: the owner migrates it, the other (CONNECT only, no rights of its own) serves
 * requests. The roles are the same in every database of one stack.
 */
public record Database(
        String name,
        String host,
        int port,
        String ownerUsername,
        String ownerPassword,
        String username,
        String password) {
    public String jdbcUrl() {
        return "jdbc:postgresql://" + host + ":" + port + "/" + name;
    }

    public String reactiveUrl() {
        return "postgresql://" + host + ":" + port + "/" + name;
    }
}
