package io.quarkiverse.redis.multiplexer.deployment;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

import io.quarkiverse.redis.multiplexer.runtime.ClientRegistry;
import io.quarkus.gizmo.Gizmo;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;

/**
 * Redirects the one call by which quarkus-redis-client makes every client, {@link Redis#createClient(Vertx, RedisOptions)},
 * to {@link ClientRegistry#createClient(Vertx, RedisOptions, String)}. Everything around that call - configuration, TLS
 * registry, customizers, beans - stays what it is.
 * <p>
 * The call is in a static method {@code create}, whose first argument is the name of the client; that becomes the third
 * argument of the call.
 */
final class ClientRedirection extends ClassVisitor {

    private static final String CALLER = "create";
    private static final String NAME_FIRST = "(Ljava/lang/String;";
    private static final String METHOD = "createClient";
    private static final String FROM = Type.getInternalName(Redis.class);
    private static final String TO = Type.getInternalName(ClientRegistry.class);
    private static final String FROM_DESCRIPTOR = descriptor(Vertx.class, RedisOptions.class);
    private static final String TO_DESCRIPTOR = descriptor(Vertx.class, RedisOptions.class, String.class);

    private final AtomicInteger redirected;

    ClientRedirection(ClassVisitor next) {
        this(next, new AtomicInteger());
    }

    private ClientRedirection(ClassVisitor next, AtomicInteger redirected) {
        super(Gizmo.ASM_API_VERSION, next);
        this.redirected = redirected;
    }

    /** How many calls there are to redirect in the class file. */
    static int countCalls(InputStream classFile) throws IOException {
        AtomicInteger calls = new AtomicInteger();
        new ClassReader(classFile).accept(new ClientRedirection(new ClassWriter(0), calls), 0);
        return calls.get();
    }

    private static String descriptor(Class<?>... parameters) {
        return Type.getMethodDescriptor(Type.getType(Redis.class),
                Stream.of(parameters).map(Type::getType).toArray(Type[]::new));
    }

    @Override
    public MethodVisitor visitMethod(int access, String name, String descriptor, String signature, String[] exceptions) {
        MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
        if (!name.equals(CALLER) || !descriptor.startsWith(NAME_FIRST) || (access & Opcodes.ACC_STATIC) == 0) {
            return next;
        }
        return new MethodVisitor(Gizmo.ASM_API_VERSION, next) {
            @Override
            public void visitMethodInsn(int opcode, String owner, String method, String methodDescriptor,
                    boolean isInterface) {
                if (opcode == Opcodes.INVOKESTATIC && owner.equals(FROM) && method.equals(METHOD)
                        && methodDescriptor.equals(FROM_DESCRIPTOR)) {
                    redirected.incrementAndGet();
                    super.visitVarInsn(Opcodes.ALOAD, 0);
                    super.visitMethodInsn(opcode, TO, METHOD, TO_DESCRIPTOR, false);
                } else {
                    super.visitMethodInsn(opcode, owner, method, methodDescriptor, isInterface);
                }
            }
        };
    }
}
