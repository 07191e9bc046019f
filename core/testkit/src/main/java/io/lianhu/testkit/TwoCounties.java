package io.lianhu.testkit;

/** The standard pair: with one county alone, a missing fence is never seen. */
public record TwoCounties(County first, County second) {

    /** Two fresh counties of the same plugins. */
    public static TwoCounties of(TestHost host, String... plugins) {
        return new TwoCounties(host.newCounty(plugins), host.newCounty(plugins));
    }
}
