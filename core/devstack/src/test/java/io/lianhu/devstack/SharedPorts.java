package io.lianhu.devstack;

/** What another JVM of the same Maven run sees. */
final class SharedPorts {
    private SharedPorts() {}

    static String of(Devstack stack) {
        return stack.postgres().port() + " " + stack.redis().port() + " "
                + stack.keycloak().url();
    }

    public static void main(String[] arguments) {
        System.out.println(of(Devstack.shared()));
    }
}
