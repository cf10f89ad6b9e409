package io.quarkiverse.redis.multiplexer.deployment;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicInteger;

import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

import io.quarkiverse.redis.multiplexer.runtime.ClientRegistry;
import io.quarkus.gizmo.Gizmo;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;

/**
 * Redirects the one call by which quarkus-redis-client makes every client, {@link Redis#createClient(Vertx, RedisOptions)},
 * to {@link ClientRegistry#createClient(Vertx, RedisOptions)}. Everything around that call - configuration, TLS registry,
 * customizers, beans - stays what it is.
 */
final class ClientRedirection extends ClassVisitor {

    private static final String METHOD = "createClient";
    private static final String FROM = Redis.class.getName().replace('.', '/');
    private static final String TO = ClientRegistry.class.getName().replace('.', '/');
    private static final String DESCRIPTOR = "(L" + Vertx.class.getName().replace('.', '/') + ";L"
            + RedisOptions.class.getName().replace('.', '/') + ";)L" + FROM + ";";

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

    @Override
    public MethodVisitor visitMethod(int access, String name, String descriptor, String signature, String[] exceptions) {
        MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
        return new MethodVisitor(Gizmo.ASM_API_VERSION, next) {
            @Override
            public void visitMethodInsn(int opcode, String owner, String method, String methodDescriptor,
                    boolean isInterface) {
                if (opcode == Opcodes.INVOKESTATIC && owner.equals(FROM) && method.equals(METHOD)
                        && methodDescriptor.equals(DESCRIPTOR)) {
                    redirected.incrementAndGet();
                    super.visitMethodInsn(opcode, TO, METHOD, DESCRIPTOR, false);
                } else {
                    super.visitMethodInsn(opcode, owner, method, methodDescriptor, isInterface);
                }
            }
        };
    }
}
