/** System calls of one architecture (<asm/unistd.h>). */
interface Architecture {
  /** The audit number of the architecture (<linux/audit.h>). */
  readonly audit: number;
  /** Calls that are allowed or refused by their parameters. */
  readonly calls: Readonly<Record<"seccomp" | "clone" | "clone3" | "kill" | "tgkill" | "prlimit64" | "socket", number>>;
  /** Calls that no decoder needs. */
  readonly refused: readonly number[];
}

/**
 * Numbers that all architectures share: pidfd_send_signal, io_uring (which would open sockets unseen), mounts by file
 * descriptor, pidfd_open, pidfd_getfd, process_madvise and process_mrelease, mount_setattr, fchmodat2, setxattrat and
 * removexattrat, open_tree_attr, file_setattr.
 */
const SHARED = [424, 425, 426, 427, 428, 429, 430, 431, 432, 433, 434, 438, 440, 442, 448, 452, 463, 466, 467, 469];

const X64 = {
  fork: 57,
  vfork: 58,
  execve: 59,
  execveat: 322,
  ptrace: 101,
  processVmReadv: 310,
  processVmWritev: 311,
  kcmp: 312,
  tkill: 200,
  rtSigqueueinfo: 129,
  rtTgsigqueueinfo: 297,
  setpriority: 141,
  schedSetparam: 142,
  schedSetscheduler: 144,
  schedSetaffinity: 203,
  schedSetattr: 314,
  ioprioSet: 251,
  listen: 50,
  accept: 43,
  accept4: 288,
  chmod: 90,
  fchmod: 91,
  fchmodat: 268,
  chown: 92,
  fchown: 93,
  lchown: 94,
  fchownat: 260,
  setxattr: 188,
  lsetxattr: 189,
  fsetxattr: 190,
  removexattr: 197,
  lremovexattr: 198,
  fremovexattr: 199,
  utime: 132,
  utimes: 235,
  futimesat: 261,
  utimensat: 280,
  nameToHandleAt: 303,
  openByHandleAt: 304,
  unshare: 272,
  setns: 308,
  mount: 165,
  umount2: 166,
  pivotRoot: 155,
  chroot: 161,
  bpf: 321,
  perfEventOpen: 298,
  userfaultfd: 323,
  addKey: 248,
  requestKey: 249,
  keyctl: 250,
  initModule: 175,
  finitModule: 313,
  deleteModule: 176,
  kexecLoad: 246,
  kexecFileLoad: 320,
  shmget: 29,
  shmat: 30,
  semget: 64,
  msgget: 68,
  mqOpen: 240,
  fanotifyInit: 300,
  inotifyAddWatch: 254,
  quotactl: 179,
  acct: 163,
  swapon: 167,
  reboot: 169,
  settimeofday: 164,
  clockSettime: 227,
  syslog: 103,
  personality: 135,
} as const;

const ARM64 = {
  execve: 221,
  execveat: 281,
  ptrace: 117,
  processVmReadv: 270,
  processVmWritev: 271,
  kcmp: 272,
  tkill: 130,
  rtSigqueueinfo: 138,
  rtTgsigqueueinfo: 240,
  setpriority: 140,
  schedSetparam: 118,
  schedSetscheduler: 119,
  schedSetaffinity: 122,
  schedSetattr: 274,
  ioprioSet: 30,
  listen: 201,
  accept: 202,
  accept4: 242,
  fchmod: 52,
  fchmodat: 53,
  fchown: 55,
  fchownat: 54,
  setxattr: 5,
  lsetxattr: 6,
  fsetxattr: 7,
  removexattr: 14,
  lremovexattr: 15,
  fremovexattr: 16,
  utimensat: 88,
  nameToHandleAt: 264,
  openByHandleAt: 265,
  unshare: 97,
  setns: 268,
  mount: 40,
  umount2: 39,
  pivotRoot: 41,
  chroot: 51,
  bpf: 280,
  perfEventOpen: 241,
  userfaultfd: 282,
  addKey: 217,
  requestKey: 218,
  keyctl: 219,
  initModule: 105,
  finitModule: 273,
  deleteModule: 106,
  kexecLoad: 104,
  kexecFileLoad: 294,
  shmget: 194,
  shmat: 196,
  semget: 190,
  msgget: 186,
  mqOpen: 180,
  fanotifyInit: 262,
  inotifyAddWatch: 27,
  quotactl: 60,
  acct: 89,
  swapon: 224,
  reboot: 142,
  settimeofday: 170,
  clockSettime: 112,
  syslog: 116,
  personality: 92,
} as const;

/** Returns the architecture of this machine; null for an unsupported one. */
export function architecture(): Architecture | null {
  switch (process.arch) {
    case "x64":
      return {
        audit: 0xc000003e,
        calls: {
          seccomp: 317,
          clone: 56,
          clone3: 435,
          kill: 62,
          tgkill: 234,
          prlimit64: 302,
          socket: 41,
        },
        refused: [...Object.values(X64), ...SHARED],
      };
    case "arm64":
      return {
        audit: 0xc00000b7,
        calls: {
          seccomp: 277,
          clone: 220,
          clone3: 435,
          kill: 129,
          tgkill: 131,
          prlimit64: 261,
          socket: 198,
        },
        refused: [...Object.values(ARM64), ...SHARED],
      };
    default:
      return null;
  }
}
