package io.lianhu.server.plugin;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.pf4j.ClassLoadingStrategy;
import org.pf4j.PluginClassLoader;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginManager;

/**
 * What a plugin can see: what it shares with the host, always the host's; else its own; else the JDK. The host's other classes, and its
 * resources, are out of its sight. This stops mistakes, not malice.
 */
final class IsolatedClassLoader extends PluginClassLoader {

    /** What a plugin's source may name. A prefix, or the name of one class. */
    static final List<String> WRITABLE = List.of(
            "io.lianhu.sdk.",
            "io.smallrye.mutiny.",
            "jakarta.persistence.",
            "org.hibernate.annotations.",
            "org.hibernate.reactive.mutiny.",
            "org.hibernate.LazyInitializationException",
            "org.hibernate.HibernateException",
            "org.hibernate.exception.",
            "org.jspecify.annotations.",
            "org.slf4j.");

    /** What classes link to that Hibernate generates into the plugin's loader. */
    static final List<String> LINKABLE = List.of(
            "org.hibernate.proxy.HibernateProxy",
            "org.hibernate.proxy.LazyInitializer",
            "org.hibernate.proxy.ProxyConfiguration",
            "org.hibernate.bytecode.spi.ReflectionOptimizer",
            "java.util.concurrent.Flow");

    private static final ClassLoader JDK = ClassLoader.getPlatformClassLoader();
    private static final ClassLoader HOST = IsolatedClassLoader.class.getClassLoader();

    IsolatedClassLoader(PluginManager manager, PluginDescriptor descriptor) {
        super(manager, descriptor, JDK, ClassLoadingStrategy.PDA);
    }

    /** Whether the class is the host's to give. */
    static boolean isShared(String name) {
        return WRITABLE.stream().anyMatch(name::startsWith) || LINKABLE.stream().anyMatch(name::startsWith);
    }

    @Override
    public Class<?> loadClass(String name) throws ClassNotFoundException {
        return loadClass(name, false);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (isShared(name)) {
            return HOST.loadClass(name);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            Class<?> found = known != null ? known : own(name);
            if (resolve) {
                resolveClass(found);
            }
            return found;
        }
    }

    private Class<?> own(String name) throws ClassNotFoundException {
        if (name.startsWith("java.")) {
            return JDK.loadClass(name);
        }
        try {
            return findClass(name);
        } catch (ClassNotFoundException notOurs) {
            return JDK.loadClass(name);
        }
    }

    @Override
    public URL getResource(String name) {
        URL own = findResource(name);
        return own != null ? own : JDK.getResource(name);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        List<URL> all = Collections.list(findResources(name));
        all.addAll(Collections.list(JDK.getResources(name)));
        return Collections.enumeration(all);
    }
}
