package io.lianhu.server.persistence;

/**
 * Shows Hibernate the entities' own classes and nothing else of their loader. With the bare loader, Hibernate would try its optional
 * integrations (Jakarta Validation and others) and its service files against the plugin first.
 */
final class EntityClassLoader extends ClassLoader {

    private final ClassLoader owner;

    EntityClassLoader(ClassLoader owner) {
        super(null);
        this.owner = owner;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (name.startsWith("org.hibernate.") || name.startsWith("jakarta.")) {
            throw new ClassNotFoundException(name);
        }
        Class<?> found = owner.loadClass(name);
        if (found.getClassLoader() != owner) {
            throw new ClassNotFoundException(name + " is not the owner's own");
        }
        return found;
    }
}
