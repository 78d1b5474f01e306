/*
 * A Vulkan layer that makes a good driver fail where a test asks for it. tests/it/gpu_faults.rs builds it and writes its
 * manifest. Submissions are counted on each device, allocations through the whole process; both from 1.
 *
 *   FAULT_LOSE_AT=N     the N-th vkQueueSubmit, and all that follows on its device, returns VK_ERROR_DEVICE_LOST
 *   FAULT_HANG_AT=N     from the N-th vkQueueSubmit on, work is swallowed: nothing is ever signalled, waits time out
 *   FAULT_BLOCK=1       and waits ignore their timeouts and never return
 *   FAULT_DEVICES=K     only the first K devices that come so far are lost or hang (default: all)
 *   FAULT_REFUSE_AT=N   the N-th vkAllocateMemory returns VK_ERROR_OUT_OF_DEVICE_MEMORY
 *   FAULT_REFUSE_ALL=1  and so do all that follow
 *   FAULT_OPEN=1        vkCreateDevice returns VK_ERROR_INITIALIZATION_FAILED
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <vulkan/vk_layer.h>
#include <vulkan/vulkan.h>

#define EXPORT __attribute__((visibility("default")))
#define MOST_DEVICES 64

/* What is known of a device; queues and devices of one driver share the first word of what they point to. */
struct device {
    void *key;
    VkDevice device;
    PFN_vkGetDeviceProcAddr next;
    atomic_int submits, is_lost, is_hung;
};

static PFN_vkGetInstanceProcAddr next_instance_proc;
static VkInstance last_instance;
static struct device devices[MOST_DEVICES];
static atomic_int device_count, faulty_devices, allocations;

static int setting(const char *name, int otherwise) {
    const char *text = getenv(name);
    return text ? atoi(text) : otherwise;
}

static struct device *device_of(void *dispatchable) {
    for (int i = atomic_load(&device_count) - 1; i >= 0; i--)
        if (devices[i].key == *(void **)dispatchable) return &devices[i];
    abort();
}

#define NEXT(found, name) ((PFN_##name)(found)->next((found)->device, #name))

static void block(void) {
    for (;;) pause();
}

/* What a wait on a device that hangs comes to. */
static VkResult hang(uint64_t timeout_ns) {
    if (setting("FAULT_BLOCK", 0) || timeout_ns == UINT64_MAX) block();
    struct timespec rest = {(time_t)(timeout_ns / 1000000000), (long)(timeout_ns % 1000000000)};
    nanosleep(&rest, NULL);
    return VK_TIMEOUT;
}

static VKAPI_ATTR VkResult VKAPI_CALL submit(VkQueue queue, uint32_t count, const VkSubmitInfo *infos, VkFence fence) {
    struct device *d = device_of(queue);
    int nth = atomic_fetch_add(&d->submits, 1) + 1, lose = setting("FAULT_LOSE_AT", 0), hang = setting("FAULT_HANG_AT", 0);
    if ((nth == lose || nth == hang) && atomic_fetch_add(&faulty_devices, 1) < setting("FAULT_DEVICES", MOST_DEVICES))
        atomic_store(nth == lose ? &d->is_lost : &d->is_hung, 1);
    if (atomic_load(&d->is_lost)) return VK_ERROR_DEVICE_LOST;
    if (atomic_load(&d->is_hung)) return VK_SUCCESS;
    return NEXT(d, vkQueueSubmit)(queue, count, infos, fence);
}

static VKAPI_ATTR VkResult VKAPI_CALL allocate(VkDevice device, const VkMemoryAllocateInfo *info,
                                               const VkAllocationCallbacks *callbacks, VkDeviceMemory *memory) {
    int nth = atomic_fetch_add(&allocations, 1) + 1, at = setting("FAULT_REFUSE_AT", 0);
    if (at && (nth == at || (nth > at && setting("FAULT_REFUSE_ALL", 0)))) return VK_ERROR_OUT_OF_DEVICE_MEMORY;
    return NEXT(device_of(device), vkAllocateMemory)(device, info, callbacks, memory);
}

/* Every wait: lost devices say so, hung ones never end. */
#define FAULTY(handle, timeout_ns)                                            \
    struct device *d = device_of(handle);                                     \
    if (atomic_load(&d->is_lost)) return VK_ERROR_DEVICE_LOST;                \
    if (atomic_load(&d->is_hung)) return hang(timeout_ns)

static VKAPI_ATTR VkResult VKAPI_CALL wait_fences(VkDevice device, uint32_t count, const VkFence *fences, VkBool32 all,
                                                  uint64_t timeout_ns) {
    FAULTY(device, timeout_ns);
    return NEXT(d, vkWaitForFences)(device, count, fences, all, timeout_ns);
}

static VKAPI_ATTR VkResult VKAPI_CALL wait_semaphores(VkDevice device, const VkSemaphoreWaitInfo *info, uint64_t timeout_ns) {
    FAULTY(device, timeout_ns);
    return NEXT(d, vkWaitSemaphores)(device, info, timeout_ns);
}

static VKAPI_ATTR VkResult VKAPI_CALL counter(VkDevice device, VkSemaphore semaphore, uint64_t *value) {
    struct device *d = device_of(device);
    if (atomic_load(&d->is_lost)) return VK_ERROR_DEVICE_LOST;
    return NEXT(d, vkGetSemaphoreCounterValue)(device, semaphore, value);
}

static VKAPI_ATTR VkResult VKAPI_CALL fence_status(VkDevice device, VkFence fence) {
    struct device *d = device_of(device);
    if (atomic_load(&d->is_lost)) return VK_ERROR_DEVICE_LOST;
    return NEXT(d, vkGetFenceStatus)(device, fence);
}

static VKAPI_ATTR VkResult VKAPI_CALL queue_idle(VkQueue queue) {
    FAULTY(queue, UINT64_MAX);
    return NEXT(d, vkQueueWaitIdle)(queue);
}

static VKAPI_ATTR VkResult VKAPI_CALL device_idle(VkDevice device) {
    FAULTY(device, UINT64_MAX);
    return NEXT(d, vkDeviceWaitIdle)(device);
}

static VKAPI_ATTR VkResult VKAPI_CALL create_device(VkPhysicalDevice physical, const VkDeviceCreateInfo *info,
                                                    const VkAllocationCallbacks *callbacks, VkDevice *device) {
    VkLayerDeviceCreateInfo *link = (VkLayerDeviceCreateInfo *)info->pNext;
    while (link->sType != VK_STRUCTURE_TYPE_LOADER_DEVICE_CREATE_INFO || link->function != VK_LAYER_LINK_INFO)
        link = (VkLayerDeviceCreateInfo *)link->pNext;
    PFN_vkGetInstanceProcAddr instance_proc = link->u.pLayerInfo->pfnNextGetInstanceProcAddr;
    PFN_vkGetDeviceProcAddr device_proc = link->u.pLayerInfo->pfnNextGetDeviceProcAddr;
    link->u.pLayerInfo = link->u.pLayerInfo->pNext;
    if (setting("FAULT_OPEN", 0)) return VK_ERROR_INITIALIZATION_FAILED;
    PFN_vkCreateDevice create = (PFN_vkCreateDevice)instance_proc(last_instance, "vkCreateDevice");
    VkResult result = create(physical, info, callbacks, device);
    int at = atomic_load(&device_count);
    if (result != VK_SUCCESS || at == MOST_DEVICES) return result;
    devices[at] = (struct device){.key = *(void **)*device, .device = *device, .next = device_proc};
    atomic_store(&device_count, at + 1);
    return VK_SUCCESS;
}

static VKAPI_ATTR VkResult VKAPI_CALL create_instance(const VkInstanceCreateInfo *info,
                                                      const VkAllocationCallbacks *callbacks, VkInstance *instance) {
    VkLayerInstanceCreateInfo *link = (VkLayerInstanceCreateInfo *)info->pNext;
    while (link->sType != VK_STRUCTURE_TYPE_LOADER_INSTANCE_CREATE_INFO || link->function != VK_LAYER_LINK_INFO)
        link = (VkLayerInstanceCreateInfo *)link->pNext;
    next_instance_proc = link->u.pLayerInfo->pfnNextGetInstanceProcAddr;
    link->u.pLayerInfo = link->u.pLayerInfo->pNext;
    PFN_vkCreateInstance create = (PFN_vkCreateInstance)next_instance_proc(NULL, "vkCreateInstance");
    VkResult result = create(info, callbacks, instance);
    if (result == VK_SUCCESS) last_instance = *instance;
    return result;
}

EXPORT VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL fault_device_proc(VkDevice device, const char *name);
EXPORT VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL fault_instance_proc(VkInstance instance, const char *name);

static PFN_vkVoidFunction own(const char *name) {
    static const struct { const char *name; void *function; } table[] = {
        {"vkGetInstanceProcAddr", fault_instance_proc}, {"vkGetDeviceProcAddr", fault_device_proc},
        {"vkCreateInstance", create_instance},          {"vkCreateDevice", create_device},
        {"vkQueueSubmit", submit},                      {"vkAllocateMemory", allocate},
        {"vkWaitForFences", wait_fences},               {"vkWaitSemaphores", wait_semaphores},
        {"vkWaitSemaphoresKHR", wait_semaphores},       {"vkGetSemaphoreCounterValue", counter},
        {"vkGetSemaphoreCounterValueKHR", counter},     {"vkGetFenceStatus", fence_status},
        {"vkQueueWaitIdle", queue_idle},                {"vkDeviceWaitIdle", device_idle},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (!strcmp(name, table[i].name)) return (PFN_vkVoidFunction)table[i].function;
    return NULL;
}

PFN_vkVoidFunction fault_device_proc(VkDevice device, const char *name) {
    PFN_vkVoidFunction found = own(name);
    return found ? found : device_of(device)->next(device, name);
}

PFN_vkVoidFunction fault_instance_proc(VkInstance instance, const char *name) {
    PFN_vkVoidFunction found = own(name);
    return found ? found : next_instance_proc(instance, name);
}
